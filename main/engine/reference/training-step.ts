/** One training step of a whole network in float64: loss, gradients, running moments. No optimizer. */
import type { Random } from '../../../shared/math/random.ts';
import type { Network, Weights } from '../../../shared/networks/network.ts';
import { type Array64, elements, mapped, zeros } from './array64.ts';
import { backward64, forward64, type NodeContext64 } from './nodes.ts';
import { runningAfter } from './normalisation.ts';

export type Parameters64 = ReadonlyMap<string, Array64>;

export type Step64 = {
  readonly network: Network;
  readonly parameters: Parameters64;
  readonly trains: (name: string) => boolean;
  readonly input: ArrayLike<number>; // [B, C, H, W] or [B, D]
  readonly labels: ArrayLike<number>; // [B]
  readonly labelSmoothing: number;
  readonly classWeights: ArrayLike<number> | null; // [K]
  readonly random: Random | null; // of dropout
};

export type StepResult64 = {
  readonly loss: number; // nats
  readonly logits: Float64Array; // of the main head
  readonly gradients: ReadonlyMap<string, Float64Array>; // of what trains, as in the state dict
  readonly running: ReadonlyMap<string, Float64Array>; // the running moments that moved
};

export function widened(weights: Weights): Parameters64 {
  return new Map([...weights].map(([name, { shape, values }]) => [name, { shape, values: Float64Array.from(values) }]));
}

export function trainingStep64(step: Step64): StepResult64 {
  const { network, parameters, trains } = step;
  const context: NodeContext64 = {
    parameter: (name) => parameters.get(name)!,
    trains,
    random: step.random,
    masks: new Map(),
  };
  const values = runForward(context, step);
  const { loss, seeds } = headLosses(step, values);
  const gradients = runBackward(context, network, { values, seeds });
  return { loss, logits: values.get(network.heads[0]!.node)!.values, gradients, running: runningMoments(step, values) };
}

/** What the node gives without dropout, all norms on their running moments. */
export function inference64(
  step: Pick<Step64, 'network' | 'parameters' | 'input'>,
  nodeIds: readonly string[],
): Float64Array[] {
  const context: NodeContext64 = {
    ...{ parameter: (name) => step.parameters.get(name)!, trains: () => false, random: null, masks: new Map() },
  };
  const values = runForward(context, step);
  return nodeIds.map((id) => values.get(id)!.values);
}

type Values = ReadonlyMap<string, Array64>;

function runForward(context: NodeContext64, { network, input }: Pick<Step64, 'network' | 'input'>): Values {
  const batch = input.length / elements(network.inputShape);
  const first: Array64 = { shape: [batch, ...network.inputShape], values: Float64Array.from(input) };
  const values = new Map([['input', first]]);
  for (const node of network.nodes) {
    const inputs = node.inputs.map((id) => values.get(id)!);
    values.set(node.id, forward64(context, node, inputs));
  }
  return values;
}

function headLosses(step: Step64, values: Values): { readonly loss: number; readonly seeds: Map<string, Array64> } {
  const seeds = new Map<string, Array64>();
  let loss = 0;
  for (const { node, lossWeight } of step.network.heads) {
    const head = crossEntropy64(values.get(node)!, step);
    loss += lossWeight * head.loss;
    seeds.set(
      node,
      mapped(head.gradient, (slope) => lossWeight * slope),
    );
  }
  return { loss, seeds };
}

type Targets = Pick<Step64, 'labels' | 'labelSmoothing' | 'classWeights'>;

/** Smoothed cross-entropy in nats, averaged over the rows by the weight of their class; logits [B, K]. */
export function crossEntropy64(logits: Array64, { labels, labelSmoothing, classWeights }: Targets) {
  const [batch, classCount] = logits.shape as readonly [number, number];
  const rowWeights = Array.from(labels, (label) => classWeights?.[label] ?? 1);
  const total = rowWeights.reduce((sum, weight) => sum + weight, 0);
  const gradient = zeros(logits.shape);
  let loss = 0;
  for (let row = 0; row < batch; row += 1) {
    const scores = logits.values.subarray(row * classCount, (row + 1) * classCount);
    const highest = scores.reduce((most, score) => Math.max(most, score), Number.NEGATIVE_INFINITY);
    const logSum = highest + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - highest), 0));
    const share = rowWeights[row]! / total;
    scores.forEach((score, k) => {
      const target = labelSmoothing / classCount + (k === labels[row] ? 1 - labelSmoothing : 0);
      loss += share * target * (logSum - score);
      gradient.values[row * classCount + k] = share * (Math.exp(score - logSum) - target);
    });
  }
  return { loss, gradient };
}

type Backward = { readonly values: Values; readonly seeds: Map<string, Array64> };

function runBackward(context: NodeContext64, network: Network, { values, seeds }: Backward) {
  const flowing = new Map(seeds);
  const gradients = new Map<string, Float64Array>();
  for (const node of network.nodes.toReversed()) {
    const dy = flowing.get(node.id);
    if (dy === undefined) continue;
    const found = backward64(context, node, { dy, inputs: node.inputs.map((id) => values.get(id)!) });
    for (const [name, gradient] of found.parameters) if (context.trains(name)) gradients.set(name, gradient);
    for (const [index, gradient] of found.inputs.entries()) {
      const id = node.inputs[index]!;
      const before = flowing.get(id);
      flowing.set(id, before ? mapped(before, (slope, at) => slope + gradient.values[at]!) : gradient);
    }
    flowing.delete(node.id);
  }
  return gradients;
}

function runningMoments({ network, parameters, trains }: Step64, values: Values): ReadonlyMap<string, Float64Array> {
  const running = new Map<string, Float64Array>();
  for (const node of network.nodes) {
    if (node.kind !== 'batchNorm' || !trains(node.weight)) continue;
    const before = {
      mean: parameters.get(node.runningMean)!.values,
      variance: parameters.get(node.runningVariance)!.values,
    };
    const after = runningAfter(node, before, values.get(node.inputs[0]!)!);
    running.set(node.runningMean, after.mean);
    running.set(node.runningVariance, after.variance);
  }
  return running;
}
