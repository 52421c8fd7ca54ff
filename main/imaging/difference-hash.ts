import { type RgbImage, resizeCrop } from './resize.ts';

const COLUMNS = 9;
const ROWS = 8;

/** 64 bits (16 hexadecimal digits), row by row: is each of 9 x 8 grey cells brighter than its left neighbour. Near copies differ in few bits. */
export function differenceHash(image: RgbImage): string {
  const window = { scaledWidth: COLUMNS, scaledHeight: ROWS, left: 0, top: 0, width: COLUMNS, height: ROWS };
  const cells = resizeCrop(image, window);
  const grey = (row: number, column: number): number => {
    const offset = (row * COLUMNS + column) * 3;
    return 0.299 * cells[offset]! + 0.587 * cells[offset + 1]! + 0.114 * cells[offset + 2]!;
  };
  let hash = 0n;
  for (let row = 0; row < ROWS; row += 1) {
    for (let column = 1; column < COLUMNS; column += 1) {
      hash = (hash << 1n) | (grey(row, column) > grey(row, column - 1) ? 1n : 0n);
    }
  }
  return hash.toString(16).padStart(16, '0');
}
