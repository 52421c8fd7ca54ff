/** What training the suffix of a cut holds in memory at its worst moment, from the network's data alone. */
import type { Recipe } from '../domain/recipe.ts';
import type { Network, NetworkNode } from '../networks/network.ts';
import { listParameters } from '../networks/parameters.ts';
import { cutsOf, segmentsOf } from '../networks/segments.ts';
import { inferShapes } from '../networks/shapes.ts';
import { elements, learningNodes } from './work.ts';

export const FLOAT_BYTES = 4;

/** The engine before it holds anything: Node, ONNX Runtime and the TensorFlow library (about 600 MB of it; measured). */
export const ENGINE_BYTES = 700_000_000;

/** What TensorFlow takes beside the values themselves, scratch space and gaps of its allocator: measured (bench `plan`). */
const ACTIVATION_FACTOR = 1.2;

/** Rows of the cache that a training keeps in memory, at most; more are read batch by batch. */
const HELD_ROWS_BYTES = 256 * 1024 * 1024;

/**
 * Values of one image that a training step holds at once, at most.
 *
 * As the interpreter works: forward keeps only the outputs that going back reads; an output is freed with its last
 * reader, and a gradient lives from the first reader of a value to its maker. Where memory is short the interpreter
 * computes outputs anew instead: see peakRecomputing.
 */
export function peakActivations(network: Network): number {
  const shapes = inferShapes(network);
  const learning = learningNodes(network);
  const length = (id: string): number => elements(shapes.get(id)!);
  const readers = countReaders(network.nodes, learning);
  const flowing = new Set(network.heads.map(({ node }) => node));
  const held = [...readers.keys(), ...flowing].reduce((sum, id) => sum + length(id), 0);
  const { peak } = walkBack(network.nodes, { flowing, readers, held }, { learning, length });
  return Math.max(peak, held, largestForward(network, length));
}

/**
 * The same where only the outputs of the stages are kept and the rest is computed again, stage by stage, going back.
 *
 * A stage's output is taken to be held until the stage itself is done: a little longer than it is.
 */
export function peakRecomputing(network: Network): number {
  const shapes = inferShapes(network);
  const learning = learningNodes(network);
  const length = (id: string): number => elements(shapes.get(id)!);
  const cuts = cutsOf(network);
  const flowing = new Set(network.heads.map(({ node }) => node));
  let held = [...cuts, ...flowing].reduce((sum, id) => sum + length(id), 0);
  let peak = held + largestForward(network, (id) => (cuts.includes(id) ? 0 : length(id)));
  for (const [at, nodes] of [...segmentsOf(network, cuts).entries()].toReversed()) {
    const readers = countReaders(nodes, learning);
    for (const cut of cuts) readers.delete(cut);
    held += [...readers.keys()].reduce((sum, id) => sum + length(id), 0);
    const walked = walkBack(nodes, { flowing, readers, held }, { learning, length });
    peak = Math.max(peak, walked.peak);
    held = walked.held - (at + 1 < cuts.length ? length(cuts[at + 1]!) : 0);
  }
  return peak;
}

type Walk = {
  readonly flowing: Set<string>; // gradients that are there; changed
  readonly readers: Map<string, number>; // of the values that are freed with their last reader; changed
  readonly held: number; // at the start
};
type Sizes = { readonly learning: ReadonlySet<string>; readonly length: (id: string) => number };

/** The most that is held while gradients pass these nodes, last first, and what is held in the end. */
function walkBack(nodes: readonly NetworkNode[], { flowing, readers, held: start }: Walk, sizes: Sizes) {
  const { learning, length } = sizes;
  let [held, peak] = [start, start];
  for (const node of nodes.toReversed()) {
    if (!learning.has(node.id)) continue;
    const wanted = node.inputs.filter((id) => learning.has(id));
    if (flowing.has(node.id)) {
      const made = wanted.reduce((sum, id) => sum + length(id), 0); // one that is added to another is there beside it
      peak = Math.max(peak, held + made);
      for (const id of wanted) {
        if (!flowing.has(id)) held += length(id);
        flowing.add(id);
      }
      held -= length(node.id);
    }
    for (const id of readInBackward(node)) {
      const left = (readers.get(id) ?? 0) - 1;
      readers.set(id, left);
      if (left === 0) held -= length(id);
    }
  }
  return { peak, held };
}

/** By id: how many nodes read the value going back. */
function countReaders(nodes: readonly NetworkNode[], learning: ReadonlySet<string>): Map<string, number> {
  const readers = new Map<string, number>();
  for (const node of nodes) {
    if (!learning.has(node.id)) continue;
    for (const id of readInBackward(node)) readers.set(id, (readers.get(id) ?? 0) + 1);
  }
  return readers;
}

/** A node with its inputs: what is there at least while it computes. */
function largestForward(network: Network, length: (id: string) => number): number {
  return Math.max(
    ...network.nodes.map(({ id, inputs }) => [id, ...inputs].reduce((sum, each) => sum + length(each), 0)),
  );
}

/** Values, not only shapes, that the gradient of a node needs, where all parameters train. */
function readInBackward(node: NetworkNode): readonly string[] {
  switch (node.kind) {
    case 'conv':
    case 'dense':
    case 'batchNorm':
      return node.inputs;
    case 'activation':
      return [node.id];
    case 'maxPool':
    case 'localResponseNorm':
      return [...node.inputs, node.id];
    default:
      return [];
  }
}

export type MemorySetting = {
  readonly batchSize: number;
  readonly recomputes?: boolean; // false
  readonly states: number; // numbers that the optimizer keeps of each parameter, gradients included
  readonly rows: { readonly count: number; readonly bytes: number }; // of the cache, and of one of them
  readonly backboneBytes: number; // the weights file, which is loaded whole
};

/** Gradients, their sums where mini-batches are accumulated, the optimizer's moments, an average of the weights, their start. */
export function statesPerParameter({ optimizer, accumulate, averaging, startShare }: Recipe): number {
  const moments = optimizer === 'sgd' ? 1 : 2;
  return 1 + (accumulate > 1 ? 1 : 0) + moments + (averaging === null ? 0 : 1) + (startShare > 0 ? 2 : 0); // with its mixture
}

/** Bytes of the engine process at its worst moment while the suffix trains. */
export function trainingBytes(suffix: Network, setting: MemorySetting): number {
  const parameters = listParameters(suffix);
  const bytes = (kept: typeof parameters): number =>
    kept.reduce((sum, { shape }) => sum + elements(shape) * FLOAT_BYTES, 0);
  const trainable = bytes(parameters.filter((parameter) => parameter.trainable));
  const activations = setting.recomputes === true ? peakRecomputing(suffix) : peakActivations(suffix);
  const copies = 3; // on the device, where it started, and those of the best epoch
  return (
    ENGINE_BYTES +
    setting.backboneBytes +
    bytes(parameters) * copies +
    trainable * setting.states +
    Math.ceil(activations * setting.batchSize * FLOAT_BYTES * ACTIVATION_FACTOR) +
    Math.min(HELD_ROWS_BYTES, setting.rows.count * setting.rows.bytes) +
    2 * setting.batchSize * setting.rows.bytes // the batch under way, and the next one being read
  );
}
