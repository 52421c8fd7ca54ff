/** Convolutions and pools of a network's nodes on TensorOps: padding, groups, ceil mode, PyTorch's average counts. */
import type { AvgPoolNode, ConvNode, MaxPoolNode, Shape } from '../../../shared/networks/network.ts';
import { resolveWindow } from '../../../shared/networks/shapes.ts';
import { dilate, dilatedShape, undilate } from './dilation.ts';
import { isDepthwise } from './layout.ts';
import type { ConvGeometry, Pads, PoolGeometry, Tensor, TensorOps } from './ops.ts';
import { choosePadding, noPads } from './padding.ts';

const LOWEST = -3.4028234663852886e38; // of float32: never the maximum of a window that has a pixel

function geometryOf(node: ConvNode, inputShape: Shape): ConvGeometry {
  const { top, bottom, left, right } = resolveWindow(node, inputShape);
  return { stride: node.stride, pads: [top, bottom, left, right], depthwise: isDepthwise(node, inputShape[0]!) };
}

type Conv = { readonly node: ConvNode; readonly inputShape: Shape; readonly weight: Tensor };

/** The convolution of `x` [B, H, W, C], without bias. */
export function convolve(ops: TensorOps, x: Tensor, { node, inputShape, weight }: Conv): Tensor {
  const geometry = geometryOf(node, inputShape);
  const filter = dilate(ops, weight, node.dilation);
  const y = byGroup(ops, { node, geometry, parts: [x, filter] }, ([xPart, filterPart]) =>
    ops.conv(xPart, filterPart, geometry),
  );
  ops.dispose(filter);
  return y;
}

export function convolveInputGradient(ops: TensorOps, dy: Tensor, conv: Conv & { x: Tensor }): Tensor {
  const { node, x } = conv;
  const geometry = geometryOf(node, conv.inputShape);
  const filter = dilate(ops, conv.weight, node.dilation);
  const dx = byGroup(ops, { node, geometry, parts: [dy, filter] }, ([dyPart, filterPart], groups) => {
    const inputShape = [...x.shape.slice(0, 3), x.shape[3]! / groups];
    return ops.convInputGradient(dyPart, filterPart, { ...geometry, inputShape });
  });
  ops.dispose(filter);
  return dx;
}

export function convolveWeightGradient(ops: TensorOps, dy: Tensor, conv: Conv & { x: Tensor }): Tensor {
  const { node, weight, x } = conv;
  const geometry = geometryOf(node, conv.inputShape);
  const shape = dilatedShape(weight.shape, node.dilation);
  const gradient = byGroup(ops, { node, geometry, parts: [x, dy] }, ([xPart, dyPart], groups) => {
    const weightShape = [...shape.slice(0, 3), shape[3]! / groups];
    return ops.convWeightGradient(xPart, dyPart, { ...geometry, weightShape });
  });
  return undilate(ops, gradient, { shape: weight.shape, dilation: node.dilation });
}

type Grouped = {
  readonly node: ConvNode;
  readonly geometry: ConvGeometry;
  readonly parts: readonly [Tensor, Tensor];
};

/** Runs once for each group on its share of the last axes, and joins; depthwise and ungrouped ones run as a whole. */
function byGroup(
  ops: TensorOps,
  { node, geometry, parts }: Grouped,
  run: (parts: readonly [Tensor, Tensor], groups: number) => Tensor,
): Tensor {
  const count = node.groups;
  if (geometry.depthwise || count === 1) return run(parts, 1);
  const results = Array.from({ length: count }, (_, index) => {
    const own = [lastAxisPart(ops, parts[0], { index, count }), lastAxisPart(ops, parts[1], { index, count })] as const;
    const result = run(own, count);
    ops.dispose(...own);
    return result;
  });
  const whole = ops.concat(results);
  ops.dispose(...results);
  return whole;
}

type Group = { readonly index: number; readonly count: number };

function lastAxisPart(ops: TensorOps, x: Tensor, { index, count }: Group): Tensor {
  const width = x.shape.at(-1)! / count;
  const outer = x.shape.slice(0, -1);
  return ops.slice(x, [...outer.map(() => 0), index * width], [...outer, width]);
}

type Pool = { readonly node: MaxPoolNode | AvgPoolNode; readonly inputShape: Shape };

/** Pads of a pool, the overhang of ceil mode included. */
function poolPads({ node, inputShape }: Pool): Pads {
  const { top, bottom, left, right, ceilBottom, ceilRight } = resolveWindow(node, inputShape);
  return [top, bottom + ceilBottom, left, right + ceilRight];
}

const isEmpty = (pads: Pads): boolean => pads.every((pad) => pad === 0);

function padded(ops: TensorOps, x: Tensor, { pads, value }: { pads: Pads; value: number }): Tensor {
  return isEmpty(pads) ? ops.share(x) : ops.pad(x, pads, value);
}

function unpadded(ops: TensorOps, dx: Tensor, pads: Pads): Tensor {
  if (isEmpty(pads)) return dx;
  const inner = ops.unpad(dx, pads);
  ops.dispose(dx);
  return inner;
}

export function poolForward(ops: TensorOps, x: Tensor, pool: Pool): Tensor {
  if (pool.node.kind === 'maxPool') return maxPoolForward(ops, x, { ...pool, node: pool.node });
  const wide = padded(ops, x, { pads: poolPads(pool), value: 0 });
  const y = ops.avgPool(wide, pool.node);
  ops.dispose(wide);
  return corrected(ops, y, pool);
}

type MaxPool = Pool & { readonly node: MaxPoolNode };

function maxPoolForward(ops: TensorOps, x: Tensor, pool: MaxPool): Tensor {
  const { pads, geometry } = maxPoolWindow(x, pool);
  const wide = padded(ops, x, { pads, value: LOWEST });
  const y = ops.maxPool(wide, geometry);
  ops.dispose(wide);
  return y;
}

/** Pads to be laid around by hand: none where they are SAME's numbers, which saves two copies of the map, and one of its gradient. */
function maxPoolWindow(x: Tensor, pool: MaxPool): { readonly pads: Pads; readonly geometry: PoolGeometry } {
  const { kernel, stride } = pool.node;
  const pads = poolPads(pool);
  if (choosePadding(x.shape, kernel, { stride, pads }).kind === 'SAME')
    return { pads: noPads, geometry: { kernel, stride, isSame: true } };
  return { pads, geometry: { kernel, stride } };
}

/** `y`: the pool's output; only a max pool reads it and `x`. */
export function poolGradient(ops: TensorOps, dy: Tensor, pool: Pool & { x: Tensor; y: Tensor }): Tensor {
  if (pool.node.kind === 'maxPool') return maxPoolGradient(ops, dy, { ...pool, node: pool.node });
  const pads = poolPads(pool);
  const [batch, height, width, channels] = pool.x.shape as [number, number, number, number];
  const inputShape = [batch, height + pads[0] + pads[1], width + pads[2] + pads[3], channels];
  const scaled = corrected(ops, ops.share(dy), pool);
  const dx = ops.avgPoolGradient(scaled, { inputShape, geometry: pool.node });
  ops.dispose(scaled);
  return unpadded(ops, dx, pads);
}

function maxPoolGradient(ops: TensorOps, dy: Tensor, pool: MaxPool & { x: Tensor; y: Tensor }): Tensor {
  const { pads, geometry } = maxPoolWindow(pool.x, pool);
  const wide = padded(ops, pool.x, { pads, value: LOWEST });
  const dx = ops.maxPoolGradient(dy, { x: wide, y: pool.y, geometry });
  ops.dispose(wide);
  return unpadded(ops, dx, pads);
}

/** Multiplies by window area / pixels that count, where they differ. Consumes `y`. */
function corrected(ops: TensorOps, y: Tensor, pool: Pool): Tensor {
  const factors = countFactors(pool);
  if (factors === null) return y;
  const [, height, width] = y.shape as [number, number, number];
  const map = ops.fromArray(factors, [1, height, width, 1]);
  const scaled = ops.multiply(y, map);
  ops.dispose(y, map);
  return scaled;
}

function countFactors({ node, inputShape }: Pool): Float32Array | null {
  const { outHeight, outWidth, top, left, bottom, right } = resolveWindow(node, inputShape);
  const [, height, width] = inputShape as readonly [number, number, number];
  const countsPads = node.kind === 'avgPool' && node.countIncludePad;
  const along = (at: number, axis: 0 | 1): number => {
    const [before, extent, after] = axis === 0 ? [top, height, bottom] : [left, width, right];
    const start = at * node.stride[axis] - before;
    const [low, high] = countsPads ? [-before, extent + after] : [0, extent];
    return Math.min(start + node.kernel[axis], high) - Math.max(start, low);
  };
  const area = node.kernel[0] * node.kernel[1];
  const factors = Float32Array.from({ length: outHeight * outWidth }, (_, at) => {
    return area / (along(Math.floor(at / outWidth), 0) * along(at % outWidth, 1));
  });
  return factors.every((factor) => factor === 1) ? null : factors;
}
