/**
 * How much of its start a thawed network should keep, by what is held out inside the training photos of hymenoptera; test
 * photos have no part in it.
 *
 * For each fold seed and fold: the softmax is trained, then everything from there by the regime's recipe, and after each
 * epoch the weights at each share of the start answer the held-out photos. Answers are written to OUT fold by fold.
 * start-share.ts OUT FOLD_SEEDS (a list with commas): about four minutes a seed on two idle cores.
 */
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startingWeights } from '../../main/engine/jobs/train.ts';
import { openTensorFlow } from '../../main/engine/tensorflow/door.ts';
import { createModel } from '../../main/engine/tensorflow/interpreter.ts';
import type { SettledRecipe } from '../../main/engine/training/request.ts';
import { type RowSource, rowsInMemory, subsetOfRows } from '../../main/engine/training/rows.ts';
import { tensorsOfPart } from '../../main/engine/training/snapshot.ts';
import { withTrainedSoftmax } from '../../main/engine/training/softmax-start.ts';
import { runTraining } from '../../main/engine/training/train.ts';
import { loadBackbone } from '../../main/engine/weights/backbones.ts';
import { decodeImage } from '../../main/imaging/decode.ts';
import { renderViews } from '../../main/imaging/views.ts';
import { backbonesFolder } from '../../main/kernel/resources.ts';
import { Recipe } from '../../shared/domain/recipe.ts';
import { stratifiedFolds } from '../../shared/math/stratified-folds.ts';
import type { Weights } from '../../shared/networks/network.ts';
import { findNetwork } from '../../shared/networks/registry.ts';
import { withClasses } from '../../shared/networks/split.ts';
import { recipeOfRegime } from '../../shared/planning/recipe-of-regime.ts';
import { findTestPictures } from './shared-data.ts';

const BACKBONE = 'tf_efficientnet_lite0';
const SHARES = [0, 0.25, 0.5, 0.75, 1];
const FOLDS = 5;
const WEIGHT_DECAY = 0.05; // what 'auto' is where more than the softmax trains
const [out = '', seedsText = '0'] = process.argv.slice(2);

const network = withClasses(findNetwork(BACKBONE), 2);
const pretrained = (await loadBackbone(backbonesFolder, BACKBONE)).weights;
const recipe: SettledRecipe = { ...recipeOfRegime('everything', Recipe.parse({})), weightDecay: WEIGHT_DECAY };
const ops = await openTensorFlow({ threads: 2 });
const rows = await readRows(join(findTestPictures('hymenoptera') ?? '', 'train'));

for (const seed of seedsText.split(',').map(Number)) {
  const foldOf = stratifiedFolds({ labels: rows.labels, groups: rows.groups, folds: FOLDS, seed });
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const sideOf = (isHeldOut: boolean): Int32Array =>
      Int32Array.from(foldOf.keys()).filter((row) => (foldOf[row] === fold) === isHeldOut);
    const data = subsetOfRows(rows, sideOf(false));
    const weights = startingWeights(network, pretrained);
    const start = await withTrainedSoftmax(ops, { network, weights, data, recipe, seed });
    const heldOut = sideOf(true);
    const steps = Math.ceil(data.count / recipe.batchSize);
    await runTraining(ops, {
      ...{ network, weights: start, data, recipe, seed },
      checkpoints: {
        everyMs: Number.POSITIVE_INFINITY,
        everySteps: steps,
        write: async ({ tensors, position }) => {
          const end = tensorsOfPart(tensors, 'model');
          for (const share of SHARES.filter((one) => one < 1 || position.epoch === 1)) {
            const logits = await answer(mixed(start, end, share), heldOut);
            const line = { seed, fold, epoch: position.epoch, share, rows: [...heldOut], logits: [...logits] };
            appendFileSync(
              out,
              `${JSON.stringify({ ...line, labels: [...heldOut].map((row) => rows.labels[row]) })}\n`,
            );
          }
        },
      },
    });
  }
}

function mixed(start: Weights, end: Weights, share: number): Weights {
  return new Map(
    [...end].map(([name, { shape, values }]) => {
      const from = start.get(name)!.values;
      return [name, { shape, values: values.map((value, at) => share * from[at]! + (1 - share) * value) }];
    }),
  );
}

async function answer(weights: Weights, heldOut: Int32Array): Promise<Float32Array> {
  const model = createModel(ops, network, { weights, trainable: () => false });
  try {
    const logits: number[] = [];
    for (let at = 0; at < heldOut.length; at += 16)
      logits.push(...(await model.forward(await rows.read(heldOut.subarray(at, at + 16)))));
    return Float32Array.from(logits);
  } finally {
    model.close();
  }
}

async function readRows(folder: string): Promise<RowSource> {
  const photos: Float32Array[] = [];
  const labels: number[] = [];
  for (const [label, name] of readdirSync(folder).sort().entries()) {
    for (const file of readdirSync(join(folder, name)).sort()) {
      const image = await decodeImage(readFileSync(join(folder, name, file)));
      photos.push(renderViews(image, network.preprocessing, ['centre']));
      labels.push(label);
    }
  }
  const width = photos[0]!.length;
  const features = new Float32Array(photos.length * width);
  for (const [at, photo] of photos.entries()) features.set(photo, at * width);
  return rowsInMemory({ features, featureShape: network.inputShape, labels: Int32Array.from(labels) });
}
