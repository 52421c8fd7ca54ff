/**
 * Dilated filters as undilated ones with zeros between their taps.
 *
 * The gradient kernels are not to be trusted with dilation: TensorFlow's for depthwise filters ignores it, those of tfjs
 * ignore it or throw. With zeros in place every kernel is right, at the price of multiplying by them.
 */
import type { Pair, Tensor, TensorOps } from './ops.ts';

const isPlain = ([height, width]: Pair): boolean => height === 1 && width === 1;

function dilatedExtents([height = 1, width = 1]: readonly number[], dilation: Pair): Pair {
  return [(height - 1) * dilation[0] + 1, (width - 1) * dilation[1] + 1];
}

/** [kh, kw, a, b] -> the same filter at its dilated extents. The caller disposes. */
export function dilate(ops: TensorOps, weight: Tensor, dilation: Pair): Tensor {
  if (isPlain(dilation)) return ops.share(weight);
  const [height, width, third, fourth] = weight.shape as readonly [number, number, number, number];
  const [tall, wide] = dilatedExtents(weight.shape, dilation);
  const rows = spread(ops, weight, { taps: height, step: dilation[0], inner: width * third * fourth });
  const trimmed = ops.slice(rows, [0, 0, 0, 0], [1, tall, 1, width * third * fourth]);
  const columns = spread(ops, trimmed, { taps: tall * width, step: dilation[1], inner: third * fourth });
  const map = ops.reshape(columns, [tall, width * dilation[1], third, fourth]);
  const result = ops.slice(map, [0, 0, 0, 0], [tall, wide, third, fourth]);
  ops.dispose(rows, trimmed, columns, map);
  return result;
}

type Spread = { readonly taps: number; readonly step: number; readonly inner: number };

/** `taps` rows of `inner` numbers, each followed by step - 1 rows of zeros: [1, taps * step, 1, inner]. */
function spread(ops: TensorOps, x: Tensor, { taps, step, inner }: Spread): Tensor {
  const rows = ops.reshape(x, [taps, 1, 1, inner]);
  const padded = ops.pad(rows, [0, step - 1, 0, 0], 0);
  const result = ops.reshape(padded, [1, taps * step, 1, inner]);
  ops.dispose(rows, padded);
  return result;
}

/** The shape of a filter once it is dilated. */
export function dilatedShape(shape: readonly number[], dilation: Pair): number[] {
  return [...dilatedExtents(shape, dilation), ...shape.slice(2)];
}

/** The gradient of the taps alone, of the shape of the filter, from that of the dilated filter, which is consumed. */
export function undilate(ops: TensorOps, gradient: Tensor, at: { shape: readonly number[]; dilation: Pair }): Tensor {
  if (isPlain(at.dilation)) return gradient;
  const [height, width, third, fourth] = at.shape as readonly [number, number, number, number];
  const [tall, wide] = dilatedExtents(at.shape, at.dilation);
  const [down, across] = at.dilation;
  const map = ops.reshape(gradient, [1, tall, wide, third * fourth]);
  const whole = ops.pad(map, [0, down - 1, 0, across - 1], 0);
  const rows = ops.reshape(whole, [height, down, width * across, third * fourth]);
  const taps = ops.slice(rows, [0, 0, 0, 0], [height, 1, width * across, third * fourth]);
  const columns = ops.reshape(taps, [height * width, across, 1, third * fourth]);
  const kept = ops.slice(columns, [0, 0, 0, 0], [height * width, 1, 1, third * fourth]);
  const result = ops.reshape(kept, [height, width, third, fourth]);
  ops.dispose(gradient, map, whole, rows, taps, columns, kept);
  return result;
}
