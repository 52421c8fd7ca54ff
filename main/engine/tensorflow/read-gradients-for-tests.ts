import type { Network } from '../../../shared/networks/network.ts';
import { inferShapes } from '../../../shared/networks/shapes.ts';
import { convWeights, fromDevice } from './layout.ts';
import type { Tensor, TensorOps } from './ops.ts';

/** The gradients of a step, laid out as in the state dict; the tensors are disposed. */
export async function readGradients(
  ops: TensorOps,
  network: Network,
  gradients: ReadonlyMap<string, Tensor>,
): Promise<ReadonlyMap<string, Float32Array>> {
  const shapes = inferShapes(network);
  const layouts = convWeights(network.nodes, (node) => shapes.get(node.inputs[0]!)![0]!);
  const found = new Map<string, Float32Array>();
  for (const [name, tensor] of gradients) {
    const values = await ops.read(tensor);
    const layout = layouts.get(name);
    found.set(name, layout ? fromDevice({ shape: tensor.shape, values }, layout.depthwise).values : values);
    ops.dispose(tensor);
  }
  return found;
}
