/** All colour distortions as one affine map of RGB. */
import { lumaWeights } from '../../../shared/math/luma.ts';
import type { Drawn, Triple } from './drawn.ts';
import { doublesAt, kernels, type Place, put, reserve } from './kernels.ts';

/** Three rows of [red, green, blue, constant]; values 0 to 255. */
export type ColourMap = readonly number[];

const BLUE_CHROMA = 0.492; // U = 0.492 (B - Y), V = 0.877 (R - Y)
const RED_CHROMA = 0.877;

const identity: ColourMap = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0];

export type DrawnColour = Pick<
  Drawn,
  'brightness' | 'contrast' | 'saturation' | 'hueDegrees' | 'channelShift' | 'colourShift'
>;

export function isColourStill({
  brightness,
  contrast,
  saturation,
  hueDegrees,
  channelShift,
  colourShift,
}: DrawnColour): boolean {
  const isNeutral = brightness === 1 && contrast === 1 && saturation === 1 && hueDegrees === 0;
  return isNeutral && [...channelShift, ...colourShift].every((shift) => shift === 0);
}

/**
 * The order: brightness (times a factor), contrast (about the mean grey of the brightened crop), saturation (about each pixel's
 * grey), hue (chroma plane of YUV turned, grey kept), channel shift, PCA colour. `meanGrey`: of the crop before, 0 to 255.
 */
export function colourMapOf(drawn: DrawnColour, meanGrey: number): ColourMap {
  const { brightness, contrast, saturation } = drawn;
  const pivot = (1 - contrast) * meanGrey * brightness;
  const lit = identity.map((cell, index) => (index % 4 === 3 ? pivot : cell * brightness * contrast));
  const chroma = multiplyColour(hueMap(drawn.hueDegrees), saturationMap(saturation));
  const mixed = multiplyColour(chroma, lit);
  const shift = drawn.channelShift.map((own, channel) => 255 * (own + drawn.colourShift[channel]!));
  return mixed.map((cell, index) => (index % 4 === 3 ? cell + shift[(index - 3) / 4]! : cell));
}

function saturationMap(saturation: number): ColourMap {
  return identity.map((cell, index) =>
    index % 4 === 3 ? 0 : cell * saturation + (1 - saturation) * lumaWeights[index % 4]!,
  );
}

/** Y stays; (U, V) turns. Written out from the definitions of Y, U and V. */
function hueMap(degrees: number): ColourMap {
  const cosine = Math.cos((degrees * Math.PI) / 180);
  const sine = Math.sin((degrees * Math.PI) / 180);
  const luma = [...lumaWeights, 0];
  const blueness = [-lumaWeights[0], -lumaWeights[1], 1 - lumaWeights[2], 0]; // B - Y
  const redness = [1 - lumaWeights[0], -lumaWeights[1], -lumaWeights[2], 0]; // R - Y
  const turnedBlue = blueness.map((cell, at) => cosine * cell - (sine * redness[at]! * RED_CHROMA) / BLUE_CHROMA);
  const turnedRed = redness.map((cell, at) => cosine * cell + (sine * blueness[at]! * BLUE_CHROMA) / RED_CHROMA);
  const red = luma.map((cell, at) => cell + turnedRed[at]!);
  const blue = luma.map((cell, at) => cell + turnedBlue[at]!);
  const green = luma.map(
    (cell, at) => (cell - lumaWeights[0] * red[at]! - lumaWeights[2] * blue[at]!) / lumaWeights[1],
  );
  return [...red, ...green, ...blue];
}

/** First `before`, then `after`. */
function multiplyColour(after: ColourMap, before: ColourMap): ColourMap {
  return after.map((_, index) => {
    const row = Math.floor(index / 4) * 4;
    const column = index % 4;
    let sum = column === 3 ? after[row + 3]! : 0;
    for (let inner = 0; inner < 3; inner += 1) sum += after[row + inner]! * before[inner * 4 + column]!;
    return sum;
  });
}

/** Applies the drawn colours to pixels in the kernels' memory, clamped once at the end to [0, 255]. */
export function recolour(pixels: Place, count: number, drawn: DrawnColour): void {
  if (isColourStill(drawn)) return;
  const map = colourMapOf(drawn, drawn.contrast === 1 ? 0 : meanGreyOf(pixels, count));
  kernels().recolour(pixels, count, put(Float32Array.from(map)));
}

function meanGreyOf(pixels: Place, count: number): number {
  const means = reserve(3 * 8);
  kernels().means(pixels, count, means);
  const [red, green, blue] = doublesAt(means, 3) as unknown as Triple;
  return red * lumaWeights[0] + green * lumaWeights[1] + blue * lumaWeights[2];
}
