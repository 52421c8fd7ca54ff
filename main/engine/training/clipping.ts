/** Gradients that are too long, shortened together. */

import type { Tensor, TensorOps } from '../tensorflow/ops.ts';
import { scalar } from './optimizer-slots.ts';

const TINY = 1e-6; // PyTorch's, so that the figures are the same

/**
 * All gradients times min(1, maxNorm / (norm + 1e-6)), where norm is the L2 norm of all of them together.
 *
 * Consumes the gradients; the caller disposes the result. Nothing is read back from the device. A gradient that is no
 * number makes them all so. Pascanu et al. 2013, arXiv:1211.5063, algorithm 1; PyTorch's clip_grad_norm_.
 */
export function clipGradients(
  ops: TensorOps,
  gradients: ReadonlyMap<string, Tensor>,
  maxNorm: number,
): ReadonlyMap<string, Tensor> {
  const norm = globalNorm(ops, gradients.values());
  const [limit, excess] = [scalar(ops, maxNorm), scalar(ops, TINY - maxNorm)];
  const over = ops.add(norm, excess);
  const above = ops.activation(over, 'relu');
  const larger = ops.add(above, limit); // max(norm + 1e-6, maxNorm), exactly maxNorm where that is the larger one
  const factor = ops.divide(limit, larger);
  const clipped = new Map([...gradients].map(([name, gradient]) => [name, ops.multiply(gradient, factor)]));
  ops.dispose(norm, limit, excess, over, above, larger, factor, ...gradients.values());
  return clipped;
}

/** The L2 norm of all tensors together, []; the caller disposes it. */
export function globalNorm(ops: TensorOps, tensors: Iterable<Tensor>): Tensor {
  let total = scalar(ops, 0);
  for (const tensor of tensors) {
    const square = ops.multiply(tensor, tensor);
    const sum = ops.sum(square, [...tensor.shape.keys()]);
    const next = ops.add(total, sum);
    ops.dispose(square, sum, total);
    total = next;
  }
  const norm = ops.squareRoot(total);
  ops.dispose(total);
  return norm;
}
