import { beforeAll, describe, expect, it } from 'vitest';
import { Recipe } from '../../../shared/domain/recipe.ts';
import { stratifiedFolds } from '../../../shared/math/stratified-folds.ts';
import { openTensorFlow } from '../tensorflow/door.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import { crossValidate } from './cross-validate.ts';
import type { HeldOutCurve } from './linear-curves.ts';
import { softmaxAlone as network, noisyRows, zeroSoftmax as weights } from './noisy-rows-for-tests.ts';
import { subsetOfRows } from './rows.ts';
import { runTraining } from './train.ts';

const [WIDTH, ROWS, FOLDS] = [1280, 45, 3];
let ops: TensorOps;
beforeAll(async () => {
  ops = await openTensorFlow({ threads: 2 });
});

/** Mean cross-entropy and share of right answers, as written in any textbook. */
function judge(logits: Float32Array, labels: Int32Array): { readonly loss: number; readonly accuracy: number } {
  let [loss, right] = [0, 0];
  for (const [row, label] of labels.entries()) {
    const own = [...logits.subarray(row * 3, row * 3 + 3)];
    loss += Math.log(own.reduce((sum, value) => sum + Math.exp(value), 0)) - own[label]!;
    if (Math.max(...own) === own[label]) right += 1;
  }
  return { loss: loss / labels.length, accuracy: right / labels.length };
}

const shared = { network, weights, folds: FOLDS, seed: 1, keepsLogits: true } as const;
const plain = { epochs: 6, batchSize: ROWS, learningRate: 0.01, patience: null, optimizer: 'sgd' } as const;

describe('logits of photos that a fold held out', () => {
  it('have the loss and the accuracy by which the settings were chosen, trained together', async () => {
    const data = noisyRows(ROWS);
    const chosen = await crossValidate(ops, { ...shared, data, recipe: Recipe.parse(plain) });
    const judged = judge(chosen.heldOut!, data.labels);
    expect(judged.loss).toBeCloseTo(chosen.loss, 5);
    expect(judged.accuracy).toBeCloseTo(chosen.accuracy, 9);
  });

  it('have them trained in turn as well, and those of earlier processes are read back', async () => {
    const data = noisyRows(ROWS);
    const recipe = Recipe.parse({ ...plain, weightDecay: 0.01, clipNorm: 1 });
    const curves: HeldOutCurve[] = [];
    const files: (Float32Array | null)[] = [];
    const trials = {
      ...{ known: curves, isEnough: () => false, wereEnded: () => false, onEnough: async () => undefined },
      onTrial: async (curve: HeldOutCurve, logits: Float32Array | null) => {
        curves.push(curve);
        files.push(logits);
      },
      readLogits: async (trial: number) => files[trial] ?? null,
    };
    const chosen = await crossValidate(ops, { ...shared, data, recipe, trials: { ...trials, known: [] } });
    const judged = judge(chosen.heldOut!, data.labels);
    expect(judged.loss).toBeCloseTo(chosen.loss, 5);
    expect(judged.accuracy).toBeCloseTo(chosen.accuracy, 9);
    const second = stratifiedFolds({ labels: data.labels, groups: data.groups, folds: FOLDS, seed: 1 });
    files[1] = null; // cannot be read any more
    const known = await crossValidate(ops, { ...shared, data, recipe, trials });
    const missing = [...second.keys()].filter((row) => Number.isNaN(known.heldOut![row * 3]));
    expect(missing).toEqual([...second.keys()].filter((row) => second[row] === 1));
  });

  it('are those of a training of its own on the other folds', async () => {
    const data = noisyRows(ROWS);
    const recipe = Recipe.parse({ ...plain, weightDecay: 0.01 });
    const chosen = await crossValidate(ops, { ...shared, data, recipe });
    const foldOf = stratifiedFolds({ labels: data.labels, groups: data.groups, folds: FOLDS, seed: 1 });
    const rows = Int32Array.from(foldOf.keys());
    const { weights: fitted } = await runTraining(ops, {
      ...{ network, weights, seed: 1, recipe: { ...recipe, weightDecay: 0.01 }, stopAfterEpochs: chosen.epochs },
      data: subsetOfRows(
        data,
        rows.filter((row) => foldOf[row] !== 0),
      ),
    });
    const [weight, bias] = [fitted.get('classifier.weight')!.values, fitted.get('classifier.bias')!.values];
    for (const row of rows.filter((one) => foldOf[one] === 0)) {
      const features = await data.read(Int32Array.of(row));
      for (let label = 0; label < 3; label += 1) {
        const product = features.reduce((sum, value, at) => sum + value * weight[label * WIDTH + at]!, bias[label]!);
        expect(chosen.heldOut![row * 3 + label]).toBeCloseTo(product, 3);
      }
    }
  });

  it('are not kept unless asked for', async () => {
    const data = noisyRows(ROWS);
    expect(
      (await crossValidate(ops, { ...shared, data, recipe: Recipe.parse(plain), keepsLogits: false })).heldOut,
    ).toBeNull();
  });
});
