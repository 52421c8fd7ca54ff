/** Photos whose label is likely a mistake, by classifiers that did not learn from them. */
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { MOST_MISTAKES } from '../../../shared/contract/judging.ts';
import { isFromScratch } from '../../../shared/domain/backbone-ref.ts';
import { ClassName, Sha256 } from '../../../shared/domain/ids.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import { likelyMistakes } from '../../../shared/math/label-mistakes.ts';
import { softmax } from '../../../shared/math/statistics.ts';
import { readLogits } from '../../engine/checkpoints/logits.ts';
import { listClasses } from '../../store/classes.ts';
import type { CommandContext } from '../dispatch.ts';
import { expectResult } from '../expect-result.ts';
import { chooseFolds, requireFitDataset } from '../fit-dataset.ts';
import { jobPlaces, labelledImages, requireFinishedRun, runFolder, type Session } from '../session.ts';
import { isSoftmaxAlone } from './run-training.ts';

const SHIPPED_BACKBONE = 'tf_efficientnet_lite0'; // looks at the photos where the run's own network knew nothing before
const HEAD_WEIGHT_DECAY = 10; // where the run trained more than a softmax

/**
 * Photos to learn from and to choose by, not the test side: a softmax on the backbone's last stage, cross-validated with
 * groups kept whole. Throws DATASET_UNFIT, CANCELLED.
 */
export async function findLabelMistakes(
  session: Session,
  { runId }: CommandInput<'library.label-mistakes'>,
  context: CommandContext,
): Promise<CommandOutput<'library.label-mistakes'>> {
  const run = requireFinishedRun(session, runId);
  const images = labelledImages(session, ['train', 'val']);
  const classes = listClasses(session.project.database).map(({ name }) => name as string);
  requireFitDataset(classes, images);
  const folds = chooseFolds(images, classes);
  const { backbone: own, seed } = run.config;
  const backbone = isFromScratch(own) ? SHIPPED_BACKBONE : own;
  const job = {
    kind: 'hold-out' as const,
    jobId: runId,
    ...jobPlaces(session, runId),
    backbone,
    classes,
    images,
    folds,
    seed,
  };
  const result = await session.engine.run({ ...job, weightDecay: strengthOf(run) }, context);
  const { label } = expectResult(result, 'hold-out');
  const { imageIds, values } = await readLogits(runFolder(session, runId), { side: label, view: 'centre' });
  const width = classes.length;
  const probabilities = imageIds.map((_, row) => softmax(values.subarray(row * width, (row + 1) * width)));
  const labelOf = new Map(images.map((image) => [image.imageId as string, image.label ?? 0]));
  const labels = imageIds.map((imageId) => labelOf.get(imageId) ?? 0);
  const found = likelyMistakes({ probabilities, labels });
  const nameOf = (place: number): ClassName => ClassName.parse(classes[place]);
  return {
    classes: classes.map((name) => ClassName.parse(name)),
    folds,
    total: imageIds.length,
    mistakes: found.slice(0, MOST_MISTAKES).map(({ row, label: own, suggested }) => ({
      imageId: Sha256.parse(imageIds[row]),
      label: nameOf(own),
      suggested: nameOf(suggested),
      labelProbability: probabilities[row]![own]!,
      suggestedProbability: probabilities[row]![suggested]!,
    })),
    found: found.length,
  };
}

function strengthOf({ config, weightDecay }: RunRecord): number {
  return isSoftmaxAlone(config) && config.recipe.optimizer === 'adamw'
    ? (weightDecay ?? HEAD_WEIGHT_DECAY)
    : HEAD_WEIGHT_DECAY;
}
