/** A network, or the part of it up to a node, as an ONNX file. */
import { AppError } from '../../../shared/contract/errors.ts';
import type { Network, Shape, Weights } from '../../../shared/networks/network.ts';
import { inferShapes } from '../../../shared/networks/shapes.ts';
import { inferenceNodes, passDropouts } from '../../../shared/networks/split.ts';
import { type Computed, foldedSteps } from './fold.ts';
import { type Draft, writeOperator } from './operators.ts';
import { writePreprocessing } from './preprocessing.ts';
import { encodeModel, type OnnxValue } from './protobuf.ts';

export type OnnxOptions = {
  readonly outputNode: string; // id of a node: a stage's, a head's, or 'input'
  readonly preprocessing: 'none' | 'included';
  readonly batch: 'dynamic'; // of 'none'; 'included' takes one image at a time
  readonly answer?: 'logits' | 'probabilities'; // of a classifier; logits unless told
  readonly metadata?: Readonly<Record<string, string>>; // more of the file's own, for example the class names
};

/**
 * The bytes of an .onnx file (opset 18) that computes `outputNode` in inference.
 *
 * Without preprocessing: 'input' float32 [N, C, H, W] (or [N, D] of a suffix) -> 'output' float32 [N, ...]. With it:
 * 'input' uint8 [1, 3, H, W] of any size, RGB -> 'output' float32 [1, ...]. Batch norm is merged into the convolution
 * before it. `weights` may hold more than is needed.
 * Throws WEIGHTS_MISMATCH for a tensor that is missing or of another size, INVALID_INPUT where preprocessing does not fit.
 */
export function writeOnnx(network: Network, weights: Weights, options: OnnxOptions): Uint8Array<ArrayBuffer> {
  const included = options.preprocessing === 'included';
  const { draft, outputShape } = draftNetwork(network, weights, options);
  return encodeModel({
    name: network.id,
    input: inputValue(network, included),
    output: { name: 'output', type: 'float32', shape: [included ? 1 : 'N', ...outputShape] },
    nodes: draft.nodes,
    tensors: [...draft.tensors.values()],
    metadata: { ...options.metadata, ...ownMetadata(network, options) },
  });
}

export type DraftedNetwork = { readonly draft: Draft; readonly outputShape: Shape };

/** The operators from 'input' to 'output', as part of a file. Throws as writeOnnx. */
export function draftNetwork(
  network: Network,
  weights: Weights,
  { outputNode: wanted, preprocessing, answer }: Pick<OnnxOptions, 'outputNode' | 'preprocessing' | 'answer'>,
): DraftedNetwork {
  const shapes = inferShapes(network);
  const outputNode = passDropouts(network, wanted);
  const nodes = inferenceNodes(network, outputNode);
  const draft: Draft = { nodes: [], tensors: new Map() };
  const included = preprocessing === 'included';
  if (included) {
    refuseUnfit(network);
    writePreprocessing(draft, network.preprocessing, { input: 'input', output: 'preprocessed' });
  }
  const source = included ? 'preprocessed' : 'input';
  const isSoftmaxed = answer === 'probabilities';
  writeBody(draft, { nodes, shapes, weights, outputNode, source, output: isSoftmaxed ? 'logits' : 'output' });
  if (isSoftmaxed)
    draft.nodes.push({ op: 'Softmax', name: 'softmax', inputs: ['logits'], output: 'output', attributes: { axis: 1 } });
  return { draft, outputShape: shapes.get(outputNode)! };
}

type Body = Computed & {
  readonly weights: Weights;
  readonly source: string; // name of the value that feeds the network
  readonly output: string; // of the value that it gives
};

function writeBody(draft: Draft, { weights, source, output, ...computed }: Body): void {
  const { outputNode } = computed;
  const valueName = (id: string) => (id === 'input' ? source : id === outputNode ? output : id);
  if (outputNode === 'input') draft.nodes.push({ op: 'Identity', name: 'identity', inputs: [source], output });
  for (const { node, ...step } of foldedSteps(computed, valueName)) writeOperator(draft, node, { ...step, weights });
}

function inputValue(network: Network, included: boolean): OnnxValue {
  return included
    ? { name: 'input', type: 'uint8', shape: [1, 3, 'height', 'width'] }
    : { name: 'input', type: 'float32', shape: ['N', ...network.inputShape] };
}

function refuseUnfit(network: Network): void {
  const { cropSize, isGrey } = network.preprocessing;
  const planes = isGrey === true ? 1 : 3;
  if (network.inputShape.join() === [planes, cropSize, cropSize].join()) return;
  throw new AppError(
    'INVALID_INPUT',
    `${network.title} takes [${network.inputShape.join(', ')}], preprocessing makes [${planes}, ${cropSize}, ${cropSize}]. ` +
      'Export it without preprocessing.',
  );
}

function ownMetadata(network: Network, options: OnnxOptions): Readonly<Record<string, string>> {
  const place = [...network.stages, ...network.heads].find(({ node }) => node === options.outputNode);
  return {
    'thaw.network': network.id,
    'thaw.stage': place?.id ?? options.outputNode,
    'thaw.answer': options.answer ?? 'logits',
    'thaw.preprocessing': JSON.stringify({ ...network.preprocessing, included: options.preprocessing === 'included' }),
  };
}
