/** Several trained networks as one ONNX file that answers with the weighted average of their probabilities. */
import type { Network, Weights } from '../../../shared/networks/network.ts';
import type { Draft } from './operators.ts';
import { encodeModel, type OnnxNode } from './protobuf.ts';
import { draftNetwork } from './writer.ts';

export type EnsemblePart = {
  readonly network: Network; // whole: its preprocessing goes into the file
  readonly prefix: Network; // frozen
  readonly suffix: Network; // trained
  readonly frozenWeights: Weights;
  readonly weights: Weights; // of the suffix
  readonly key: string; // members of the same key have the same prefix with the same weights: written once
  readonly weight: number;
  readonly order: readonly number[]; // the member's own index of each of the file's classes
};

/**
 * input: uint8 [1, 3, H, W] of any size, RGB, upright -> output: float32 [1, K] probabilities. Opset as writer.ts.
 *
 * Throws as writeOnnx.
 */
export function writeEnsemble(
  parts: readonly EnsemblePart[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const all: Draft = { nodes: [], tensors: new Map() };
  const outputOf = new Map<string, string>(); // of a prefix, by key
  const weighted = parts.map((part, at) => {
    const features = outputOf.get(part.key) ?? addPrefix(all, part, `part${outputOf.size}`);
    outputOf.set(part.key, features);
    return addMember(all, part, { name: `member${at}`, features });
  });
  all.nodes.push(...sumOf(weighted));
  return encodeModel({
    name: 'ensemble',
    input: { name: 'input', type: 'uint8', shape: [1, 3, 'height', 'width'] },
    output: { name: 'output', type: 'float32', shape: [1, parts[0]!.order.length] },
    nodes: all.nodes,
    tensors: [...all.tensors.values()],
    metadata,
  });
}

/** From the picture to what crosses the cut; the name of that value. */
function addPrefix(all: Draft, { network, prefix, frozenWeights }: EnsemblePart, name: string): string {
  const outputNode = prefix.stages.at(-1)?.node ?? 'input';
  const { draft } = draftNetwork({ ...prefix, preprocessing: network.preprocessing }, frozenWeights, {
    outputNode,
    preprocessing: 'included',
  });
  return append(all, draft, { name, input: 'input' });
}

type Place = { readonly name: string; readonly features: string };

/** From there to the member's share of the answer. */
function addMember(all: Draft, { suffix, weights, weight, order }: EnsemblePart, { name, features }: Place): string {
  const outputNode = suffix.heads[0]!.node;
  const { draft } = draftNetwork(suffix, weights, { outputNode, preprocessing: 'none' });
  const logits = append(all, draft, { name, input: features });
  const own = (step: string): string => `${name}/${step}`;
  const constant = (step: string, tensor: { shape: number[]; values: Float32Array | BigInt64Array }): string => {
    all.tensors.set(own(step), { name: own(step), ...tensor });
    return own(step);
  };
  const indices = constant('order', { shape: [order.length], values: BigInt64Array.from(order, BigInt) });
  const share = constant('weight', { shape: [], values: Float32Array.of(weight) });
  all.nodes.push(
    { op: 'Softmax', name: own('softmax'), inputs: [logits], output: own('softmax'), attributes: { axis: -1 } },
    {
      op: 'Gather',
      name: own('classes'),
      inputs: [own('softmax'), indices],
      output: own('classes'),
      attributes: { axis: 1 },
    },
    { op: 'Mul', name: own('share'), inputs: [own('classes'), share], output: own('share') },
  );
  return own('share');
}

function sumOf(values: readonly string[]): OnnxNode[] {
  return [{ op: values.length === 1 ? 'Identity' : 'Sum', name: 'average', inputs: values, output: 'output' }];
}

/** Every name with the part's name before it, but for the input; the name of its output. */
function append(all: Draft, draft: Draft, { name, input }: { readonly name: string; readonly input: string }): string {
  const renamed = (value: string): string => (value === '' ? '' : value === 'input' ? input : `${name}/${value}`);
  for (const node of draft.nodes) {
    const { inputs, output } = node;
    all.nodes.push({ ...node, name: `${name}/${node.name}`, inputs: inputs.map(renamed), output: renamed(output) });
  }
  for (const tensor of draft.tensors.values())
    all.tensors.set(renamed(tensor.name), { ...tensor, name: renamed(tensor.name) });
  return `${name}/output`;
}
