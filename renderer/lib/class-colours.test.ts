import { expect, it } from 'vitest';
import { CLASS_COLOURS, classColour, inkOn } from './class-colours.ts';

/** WCAG 2 contrast of two '#rrggbb' colours, written on its own from the definition. */
function contrast(first: string, second: string): number {
  const [a, b] = [first, second].map((colour) => {
    const [red, green, blue] = [1, 3, 5]
      .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
      .map((share) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  });
  return (Math.max(a!, b!) + 0.05) / (Math.min(a!, b!) + 0.05);
}

it('writes on every class colour in ink that can be read (4.5 : 1)', () => {
  for (const colour of [...CLASS_COLOURS, '#000000', '#ffffff', '#777777'])
    expect(contrast(colour, inkOn(colour))).toBeGreaterThanOrEqual(4.5);
});

it('gives a class its own colour, else that of its position', () => {
  expect(classColour(1, '#123456')).toBe('#123456');
  expect(classColour(0, null)).not.toBe(classColour(1, null));
  expect(classColour(CLASS_COLOURS.length, null)).toBe(CLASS_COLOURS[0]);
});
