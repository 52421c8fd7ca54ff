/**
 * One training step: forward, loss, backward by hand. A value goes as soon as the backward pass has read it for the last
 * time, and one that it never reads goes in the forward pass already.
 */
import type { Random } from '../../../shared/math/random.ts';
import type { Network, NetworkNode } from '../../../shared/networks/network.ts';
import { mainOutputNode } from '../../../shared/networks/split.ts';
import { backwardNode, type ParameterGradients } from './backward.ts';
import type { NodeContext, TrainingState } from './forward.ts';
import { runForward } from './forward-pass.ts';
import { type Mixture, mixedTargets, weightedRows } from './loss.ts';
import type { Tensor, TensorOps } from './ops.ts';
import { recomputeSegment } from './recompute.ts';
import type { StepPlan } from './step-plan.ts';
import { uploadInput } from './transfer.ts';

export type StepOptions = {
  readonly labelSmoothing: number; // in [0, 1)
  readonly classWeights?: Float32Array; // [K]; the loss is divided by their sum over the batch
  readonly random: Random | null; // of dropout; null: no dropout
  readonly mixed?: Mixture; // of inputs that were mixed already
  /** 'stages' keeps only the stages' outputs and computes the rest again: less memory, the same bits. */
  readonly recompute?: 'none' | 'stages'; // none
};
export type StepResult = {
  readonly loss: number; // nats, auxiliary heads included by their weight
  readonly logits: Float32Array; // [B, K] of the main head
  readonly gradients: ReadonlyMap<string, Tensor>; // the device's layout, by name; the caller disposes
};
export type Trainer = {
  readonly context: NodeContext;
  readonly network: Network;
  readonly plan: StepPlan;
  readonly replace: (name: string, tensor: Tensor) => void;
};
export type Batch = { readonly input: Float32Array; readonly labels: Int32Array; readonly step: StepOptions };

/** What one step holds on the device; all of it is disposed at its end, however it ends. */
type Held = {
  readonly values: Map<string, Tensor>; // by node id
  readonly flowing: Map<string, Tensor>; // gradients on their way, by node id
  readonly gradients: ParameterGradients;
  readonly training: TrainingState;
};
type Step = Trainer & Held & { readonly recomputes: boolean };

export async function runTrainingStep(trainer: Trainer, batch: Batch): Promise<StepResult> {
  const { ops } = trainer.context;
  const training: TrainingState = { random: batch.step.random, norms: new Map(), masks: new Map() };
  const held: Held = { values: new Map(), flowing: new Map(), gradients: new Map(), training };
  const recomputes = batch.step.recompute === 'stages';
  const step: Step = { ...trainer, ...held, context: { ...trainer.context, training }, recomputes };
  try {
    held.values.set('input', uploadInput(ops, trainer.network.inputShape, batch.input));
    const spent = forward(step);
    const { loss, logits } = await headLosses(step, batch);
    backward(step, spent);
    commitMoments(step);
    return { loss, logits, gradients: held.gradients };
  } catch (error) {
    for (const { mean, variance } of training.norms.values()) ops.dispose(mean, variance);
    ops.dispose(...held.gradients.values());
    throw error;
  } finally {
    for (const { saved } of training.norms.values()) ops.dispose(...saved);
    ops.dispose(...training.masks.values(), ...held.values.values(), ...held.flowing.values());
  }
}

/** How often the backward pass will still read a value; a cut is read once more by the recomputation after it. */
type Spent = { readonly release: (id: string) => void; readonly isRead: (id: string) => boolean };

function countReads({ plan, network, values, context, recomputes }: Step): Spent {
  const left = new Map<string, number>();
  const add = (id: string): unknown => left.set(id, (left.get(id) ?? 0) + 1);
  for (const node of network.nodes) for (const id of plan.reads(node)) add(id);
  if (recomputes) for (const cut of plan.cuts) add(cut);
  return {
    isRead: (id) => (left.get(id) ?? 0) > 0,
    release: (id) => {
      left.set(id, (left.get(id) ?? 0) - 1);
      const tensor = values.get(id);
      if (tensor === undefined || left.get(id)! > 0) return;
      context.ops.dispose(tensor);
      values.delete(id);
    },
  };
}

function forward(step: Step): Spent {
  const { plan, values, network, context, recomputes } = step;
  const spent = countReads(step);
  const cuts = new Set(plan.cuts);
  const heads = new Set(network.heads.map(({ node }) => node));
  const keeps = (id: string): boolean => heads.has(id) || (recomputes ? cuts.has(id) : spent.isRead(id));
  runForward(context, plan.segments.flat(), { values, keeps });
  return spent;
}

/** The loss, and the gradient of every head's logits in `flowing`. */
async function headLosses({ context: { ops }, network, values, flowing }: Step, { labels, step }: Batch) {
  let loss = 0;
  for (const head of network.heads) {
    const logits = values.get(head.node)!;
    const classCount = logits.shape[1]!;
    const rows = weightedRows(labels, step.classWeights ?? null, head.lossWeight);
    const targets = ops.fromArray(mixedTargets(labels, classCount, step), [labels.length, classCount]);
    const factors = ops.fromArray(rows.slice(), [labels.length, 1]);
    const { losses, gradient } = ops.softmaxCrossEntropy(logits, targets);
    (await ops.read(losses)).forEach((value, row) => {
      loss += value * rows[row]!;
    });
    flowing.set(head.node, ops.multiply(gradient, factors));
    ops.dispose(targets, factors, losses, gradient);
  }
  const logits = (await ops.read(values.get(mainOutputNode(network))!)).slice();
  return { loss, logits };
}

function backward(step: Step, spent: Spent): void {
  const { plan, values, context, recomputes, training } = step;
  for (const [at, nodes] of [...plan.segments.entries()].reverse()) {
    if (!nodes.some((node) => plan.learning.has(node.id))) continue;
    if (recomputes) recomputeSegment(context, nodes, { values, training, isRead: spent.isRead });
    for (const node of nodes.toReversed()) stepBack(step, node, spent);
    if (recomputes) spent.release(plan.cuts[at]!);
  }
}

function stepBack({ context, plan, values, flowing, gradients }: Step, node: NetworkNode, spent: Spent): void {
  const { ops } = context;
  const dy = flowing.get(node.id);
  if (dy !== undefined && plan.learning.has(node.id)) {
    const batch = dy.shape[0]!;
    const heldValue = (id: string): Tensor => values.get(id) ?? standIn(context, id, batch);
    const wantsInputs = node.inputs.some((id) => plan.learning.has(id));
    const inputs = node.inputs.map(heldValue);
    const found = backwardNode(context, node, { dy, inputs, output: heldValue(node.id), wantsInputs, gradients });
    found.forEach((gradient, index) => {
      const id = node.inputs[index]!;
      if (plan.learning.has(id)) accumulate(ops, flowing, { id, gradient });
      else ops.dispose(gradient);
    });
  }
  if (dy !== undefined) ops.dispose(dy);
  flowing.delete(node.id);
  for (const id of plan.reads(node)) spent.release(id);
}

/** In the place of a value of which the backward pass reads only the shape. */
function standIn({ shapes }: NodeContext, id: string, batch: number): Tensor {
  const shape = shapes.get(id)!;
  const [channels, height, width] = shape as readonly [number, number, number];
  return { shape: shape.length === 3 ? [batch, height, width, channels] : [batch, ...shape] };
}

function accumulate(
  ops: TensorOps,
  flowing: Map<string, Tensor>,
  { id, gradient }: { readonly id: string; readonly gradient: Tensor },
): void {
  const before = flowing.get(id);
  flowing.set(id, before === undefined ? gradient : ops.add(before, gradient));
  if (before !== undefined) ops.dispose(before, gradient);
}

/** The running statistics after this batch take the place of those before it. */
function commitMoments({ network, training, replace }: Step): void {
  for (const node of network.nodes) {
    const trained = training.norms.get(node.id);
    if (node.kind !== 'batchNorm' || trained === undefined) continue;
    replace(node.runningMean, trained.mean);
    replace(node.runningVariance, trained.variance);
  }
}
