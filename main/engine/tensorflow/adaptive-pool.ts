/** Adaptive average pooling on TensorOps: a product with the matrix of its means, on maps with the channels first. */
import { adaptivePoolMatrix } from '../../../shared/networks/adaptive-pool.ts';
import type { AdaptiveAvgPoolNode, Shape } from '../../../shared/networks/network.ts';
import type { Tensor, TensorOps } from './ops.ts';

type Pool = { readonly node: AdaptiveAvgPoolNode; readonly inputShape: Shape };

export function adaptivePoolForward(ops: TensorOps, x: Tensor, pool: Pool): Tensor {
  return multiplyPixels(ops, x, { ...pool, extents: pool.node.extents, isBackward: false });
}

export function adaptivePoolGradient(ops: TensorOps, dy: Tensor, pool: Pool): Tensor {
  const [, height, width] = pool.inputShape as readonly [number, number, number];
  return multiplyPixels(ops, dy, { ...pool, extents: [height, width], isBackward: true });
}

type Product = Pool & { readonly extents: readonly [number, number]; readonly isBackward: boolean };

/** [B, H, W, C] -> [B, ...extents, C]; every temporary tensor is disposed. */
function multiplyPixels(ops: TensorOps, x: Tensor, { node, inputShape, extents, isBackward }: Product): Tensor {
  const [batch, height, width, channels] = x.shape as readonly [number, number, number, number];
  const [, fullHeight, fullWidth] = inputShape as readonly [number, number, number];
  const means = node.extents[0] * node.extents[1];
  const matrix = ops.fromArray(adaptivePoolMatrix(inputShape, node.extents), [fullHeight * fullWidth, means]);
  const first = ops.transpose(x, [0, 3, 1, 2]);
  const flat = ops.reshape(first, [batch * channels, height * width]);
  const product = ops.matMul(flat, matrix, { a: false, b: isBackward });
  const map = ops.reshape(product, [batch, channels, ...extents]);
  const y = ops.transpose(map, [0, 2, 3, 1]);
  ops.dispose(matrix, first, flat, product, map);
  return y;
}
