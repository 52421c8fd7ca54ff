/** A network as a TensorFlow.js graph model: model.json and its shards of weights. */
import { AppError } from '../../../../shared/contract/errors.ts';
import type { Network, Weights } from '../../../../shared/networks/network.ts';
import { inferShapes } from '../../../../shared/networks/shapes.ts';
import { inferenceNodes, passDropouts } from '../../../../shared/networks/split.ts';
import { foldedSteps } from '../../onnx/fold.ts';
import { type Constant, emit, type GraphDraft, graphDef } from './graph.ts';
import { writeOperator } from './operators.ts';

const SHARD_BYTES = 4 * 1024 * 1024; // what browsers keep in their cache

export type GraphModelFile = { readonly name: string; readonly bytes: Uint8Array };

/**
 * 'input' float32 [N, H, W, C] -> 'output' float32 [N, K], probabilities.
 *
 * Batch norm is merged into the convolution before it; `weights` may hold more than is needed. Throws WEIGHTS_MISMATCH,
 * INVALID_INPUT where an operator has no form in TensorFlow.
 */
export function writeGraphModel(
  network: Network,
  weights: Weights,
  metadata: Readonly<Record<string, string>>,
): readonly GraphModelFile[] {
  const head = network.heads[0];
  if (head === undefined) throw new AppError('BUG', `${network.id} has no classifier. Please report it.`);
  const draft: GraphDraft = { nodes: [], constants: new Map() };
  writeNodes(draft, { network, weights, outputNode: passDropouts(network, head.node) });
  const [channels, height, width] = network.inputShape as readonly [number, number, number];
  const inputShape = [height, width, channels];
  const constants = [...draft.constants.values()];
  const shards = shardsOf(constants);
  const model = {
    format: 'graph-model',
    generatedBy: 'thaw',
    convertedBy: null,
    signature: {
      inputs: { input: signatureOf('input', [-1, ...inputShape]) },
      outputs: { output: signatureOf('output', [-1, inferShapes(network).get(head.node)?.[0] ?? -1]) },
    },
    userDefinedMetadata: metadata,
    modelTopology: graphDef(draft, inputShape),
    weightsManifest: [{ paths: shards.map(({ name }) => name), weights: constants.map(entryOf) }],
  };
  return [{ name: 'model.json', bytes: Buffer.from(JSON.stringify(model), 'utf8') }, ...shards];
}

type Body = { readonly network: Network; readonly weights: Weights; readonly outputNode: string };

function writeNodes(draft: GraphDraft, { network, weights, outputNode }: Body): void {
  const computed = { nodes: inferenceNodes(network, outputNode), shapes: inferShapes(network), outputNode };
  const valueName = (id: string) => (id === 'input' ? 'input' : id === outputNode ? 'logits' : `n/${id}`);
  for (const { node, ...step } of foldedSteps(computed, valueName)) writeOperator(draft, node, { ...step, weights });
  emit(draft, { name: 'output', op: 'Softmax', inputs: ['logits'] });
}

function signatureOf(name: string, extents: readonly number[]) {
  const dim = extents.map((size) => ({ size: String(size) }));
  return { name: `${name}:0`, dtype: 'DT_FLOAT', tensorShape: { dim } };
}

const entryOf = ({ name, shape, values }: Constant) => ({
  name,
  shape,
  dtype: values instanceof Float32Array ? 'float32' : 'int32',
});

/** All values one after the other, in the order of the manifest, cut into shards. */
function shardsOf(constants: readonly Constant[]): readonly GraphModelFile[] {
  const all = Buffer.concat(
    constants.map(({ values }) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  );
  const count = Math.max(1, Math.ceil(all.length / SHARD_BYTES));
  return Array.from({ length: count }, (_, at) => ({
    name: `group1-shard${at + 1}of${count}.bin`,
    bytes: all.subarray(at * SHARD_BYTES, (at + 1) * SHARD_BYTES),
  }));
}
