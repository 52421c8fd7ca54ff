/** Shares of red, green and blue in the brightness of a colour (ITU-R BT.601), as Pillow's greyscale. */
export const lumaWeights = [0.299, 0.587, 0.114] as const;
