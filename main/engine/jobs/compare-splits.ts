import { compareSplits } from '../probing/compare-splits.ts';
import type { JobContext } from '../protocol/control.ts';
import type { CompareSplitsJob, CompareSplitsResult } from '../protocol/messages.ts';
import { describeTrainer, openTrainer } from './backend.ts';
import { prepareLastFeatures } from './last-features.ts';
import { numberGroups } from './probe.ts';
import { phaseReporter } from './progress.ts';

/** The honest split against a random one. Throws CANCELLED, DISK_FULL, DATASET_UNFIT. */
export async function runCompareSplits(job: CompareSplitsJob, context: JobContext): Promise<CompareSplitsResult> {
  const { classes, folds, seed } = job;
  const features = await prepareLastFeatures(job, context);
  const ops = await openTrainer(features.threads, (text) => context.send({ kind: 'note', text }));
  const outcomes = await compareSplits(ops, {
    rows: features.rows,
    width: features.width,
    labels: Int32Array.from(features.images, ({ label }) => label ?? 0),
    groups: numberGroups(features.images),
    classCount: classes.length,
    folds,
    seed,
    shouldStop: context.shouldStop,
    onEpoch: phaseReporter(context, 'cross-validating', () => performance.now()),
  });
  return {
    kind: 'compare-splits',
    device: { executor: features.executor, trainer: describeTrainer(ops) },
    ...outcomes,
    skipped: [...features.skipped],
  };
}
