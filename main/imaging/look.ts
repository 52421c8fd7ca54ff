import type { RgbImage } from './resize.ts';

export const lookSidePixels = 32;
export const lookBytes = lookSidePixels * lookSidePixels;

/**
 * How a picture looks in 32 x 32 grey cells (8 bits, row by row), whatever its size and aspect: what near duplicates are found by.
 *
 * Each cell is the mean luma (Rec. 601) of the pixels whose centres lie in it; of a picture smaller than that, of the nearest pixel.
 */
export function lookOf({ width, height, pixels }: RgbImage): Uint8Array {
  const side = lookSidePixels;
  const look = new Uint8Array(lookBytes);
  const edges = (extent: number): Int32Array =>
    Int32Array.from({ length: side + 1 }, (_, cell) => Math.floor((cell * extent) / side));
  const [columns, rows] = [edges(width), edges(height)];
  for (let row = 0; row < side; row += 1) {
    const [top, bottom] = spanOf(rows, row);
    for (let column = 0; column < side; column += 1) {
      const [left, right] = spanOf(columns, column);
      let sum = 0; // in thousandths of a grey level
      for (let y = top; y < bottom; y += 1) {
        const end = (y * width + right) * 3;
        for (let at = (y * width + left) * 3; at < end; at += 3)
          sum += 299 * pixels[at]! + 587 * pixels[at + 1]! + 114 * pixels[at + 2]!;
      }
      look[row * side + column] = Math.round(sum / (1000 * (bottom - top) * (right - left)));
    }
  }
  return look;
}

/** First and last (exclusive) pixel of a cell; never empty. */
function spanOf(edges: Int32Array, cell: number): readonly [number, number] {
  return [edges[cell]!, Math.max(edges[cell]! + 1, edges[cell + 1]!)];
}
