/** Okabe and Ito's palette (2008), told apart by every kind of colour vision; black is replaced by a grey that both themes show. */
export const CLASS_COLOURS = [
  '#0072b2',
  '#e69f00',
  '#009e73',
  '#cc79a7',
  '#d55e00',
  '#56b4e9',
  '#f0e442',
  '#8a8f92',
] as const;

/** The colour of a class by its position, where it has none of its own. */
export function classColour(position: number, own: string | null): string {
  return own ?? CLASS_COLOURS[position % CLASS_COLOURS.length]!;
}

/** Black or white, whichever can be read on a colour (WCAG relative luminance). */
export function inkOn(colour: string): '#000000' | '#ffffff' {
  const channel = (at: number): number => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  const luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
  return luminance > 0.179 ? '#000000' : '#ffffff'; // where both contrasts are equal: (1.05 / (L + 0.05)) = ((L + 0.05) / 0.05)
}
