/** Adaptive average pooling as what it is: a product with a fixed matrix. */
import type { Shape } from './network.ts';

/** [from, to) of each of `count` means over `extent` pixels. */
function spans(extent: number, count: number): readonly (readonly [number, number])[] {
  return Array.from({ length: count }, (_, at) => [
    Math.floor((at * extent) / count),
    Math.ceil(((at + 1) * extent) / count),
  ]);
}

/** [H * W, rows * columns], row-major: how much of each pixel each mean takes. The means are PyTorch's. */
export function adaptivePoolMatrix(inputShape: Shape, extents: readonly [number, number]): Float32Array {
  const [, height, width] = inputShape as readonly [number, number, number];
  const [rows, columns] = extents;
  const matrix = new Float32Array(height * width * rows * columns);
  for (const [row, [top, bottom]] of spans(height, rows).entries()) {
    for (const [column, [left, right]] of spans(width, columns).entries()) {
      const share = 1 / ((bottom - top) * (right - left));
      for (let y = top; y < bottom; y += 1) {
        for (let x = left; x < right; x += 1) matrix[((y * width + x) * rows + row) * columns + column] = share;
      }
    }
  }
  return matrix;
}
