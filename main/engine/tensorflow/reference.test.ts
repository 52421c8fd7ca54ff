import { beforeAll, describe, expect, it } from 'vitest';
import { caseInput, caseLabels, caseWeights, type NodeCase, nodeCases } from '../../../e2e/fixtures/node-cases.ts';
import { seededRandom } from '../../../shared/math/random.ts';
import { inferShapes } from '../../../shared/networks/shapes.ts';
import { type Step64, trainingStep64, widened } from '../reference/training-step.ts';
import { openPlainCpu, openTensorFlow } from './door.ts';
import { createModel, type Model } from './interpreter.ts';
import { convWeights, fromDevice } from './layout.ts';
import type { Tensor, TensorOps } from './ops.ts';

const tolerance = 1e-5; // of the largest magnitude; the backends count in float32
const floor = 0.1; // magnitude under which a tensor is what is left of larger numbers that cancel

function expectNear(found: ArrayLike<number>, wanted: ArrayLike<number>, what: string): void {
  expect(found.length, what).toBe(wanted.length);
  let [largest, off] = [0, 0];
  for (let at = 0; at < wanted.length; at += 1) {
    largest = Math.max(largest, Math.abs(wanted[at]!));
    off = Math.max(off, Math.abs(wanted[at]! - found[at]!));
  }
  expect(off, what).toBeLessThanOrEqual(tolerance * Math.max(largest, floor));
}

const randomOf = (each: NodeCase) => (each.dropsOut ? seededRandom(3) : null);

/** The gradients as in the state dict; they are disposed. */
async function readGradients(ops: TensorOps, { network }: NodeCase, gradients: ReadonlyMap<string, Tensor>) {
  const shapes = inferShapes(network);
  const layouts = convWeights(network.nodes, (node) => shapes.get(node.inputs[0]!)![0]!);
  const found = new Map<string, Float32Array>();
  for (const [name, { shape }] of gradients) {
    const values = await ops.read(gradients.get(name)!);
    const layout = layouts.get(name);
    found.set(name, layout === undefined ? values : fromDevice({ shape, values }, layout.depthwise).values);
  }
  ops.dispose(...gradients.values());
  return found;
}

async function expectReference(ops: TensorOps, model: Model, each: NodeCase): Promise<void> {
  const { network, labelSmoothing, classWeights } = each;
  const weights = caseWeights(network, 11);
  const input = caseInput(each, 7);
  const trains = (name: string) => !each.frozen.includes(name);
  const parameters = widened(weights);
  const reference: Step64 = {
    ...{ network, parameters, trains, input, labels: caseLabels, labelSmoothing, classWeights },
    random: randomOf(each),
  };
  const inference = trainingStep64({ ...reference, trains: () => false, random: null });
  expectNear(await model.forward(input), inference.logits, 'logits of inference');
  const wanted = trainingStep64(reference);
  const step = { labelSmoothing, random: randomOf(each), ...(classWeights ? { classWeights } : {}) };
  const result = await model.trainStep(input, Int32Array.from(caseLabels), step);
  expectNear([result.loss], [wanted.loss], 'loss');
  expectNear(result.logits, wanted.logits, 'logits of training');
  const gradients = await readGradients(ops, each, result.gradients);
  expect([...gradients.keys()].sort()).toEqual([...wanted.gradients.keys()].sort());
  for (const [name, gradient] of wanted.gradients) expectNear(gradients.get(name)!, gradient, name);
  for (const [name, { values }] of await model.readWeights()) {
    expectNear(values, wanted.running.get(name) ?? weights.get(name)!.values, `${name} after the step`);
  }
}

describe.each([
  ['TensorFlow by name', () => openTensorFlow({ threads: 1 })],
  ['plain kernels', openPlainCpu],
] as const)('%s beside the float64 reference', (_name, open) => {
  let ops: TensorOps;
  beforeAll(async () => {
    ops = await open();
  });

  it.each(nodeCases)('$title', async (each) => {
    const before = ops.tensorCount();
    const weights = caseWeights(each.network, 11);
    const trainable = (name: string) => !each.frozen.includes(name);
    const model = createModel(ops, each.network, { weights, trainable });
    await expectReference(ops, model, each);
    model.close();
    expect(ops.tensorCount()).toBe(before);
  });
});
