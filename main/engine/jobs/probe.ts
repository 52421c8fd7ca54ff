/** The probe ladder of some photos: one pass pools every stage, then a softmax on each by cross-validation. */
import { Sha256 } from '../../../shared/domain/ids.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { split } from '../../../shared/networks/split.ts';
import { probeLadder } from '../probing/ladder.ts';
import { poolStages } from '../probing/pooled-ladder.ts';
import type { JobContext } from '../protocol/control.ts';
import type { JobImage, ProbeJob, ProbeResult } from '../protocol/messages.ts';
import { describeTrainer, openTrainer } from './backend.ts';
import { prepareFeatures } from './features.ts';
import { openFrozenPart } from './frozen-part.ts';
import { phaseReporter } from './progress.ts';

const now = (): number => performance.now();

/** Throws CANCELLED, DISK_FULL, DATASET_UNFIT. The pooled rows stay in the cache. */
export async function runProbe(job: ProbeJob, context: JobContext): Promise<ProbeResult> {
  const { backbonesFolder, featuresFolder, backbone, classes, images, folds, seed } = job;
  const network = findNetwork(backbone);
  const frozenThrough = network.stages.at(-1)!.id;
  const place = { backbonesFolder, featuresFolder, context };
  const frozen = await openFrozenPart({ ...place, backbone, frozenThrough, classCount: classes.length, pooled: true });
  try {
    const features = await prepareFeatures({ frozen, featuresFolder, images, views: ['centre'] }, context);
    const ops = await openTrainer(frozen.threads, (text) => context.send({ kind: 'note', text }));
    const startedMs = now();
    const rungs = await probeLadder(ops, {
      rows: features.rowsOfView.get('centre') ?? new Float32Array(0),
      labels: Int32Array.from(features.images, ({ label }) => label ?? 0),
      groups: numberGroups(features.images),
      pieces: poolStages(split(network, frozenThrough).prefix).pieces,
      classCount: classes.length,
      folds,
      seed,
      shouldStop: context.shouldStop,
      onRung: phaseReporter(context, 'cross-validating', now),
    });
    return {
      kind: 'probe',
      device: { executor: frozen.executor, trainer: describeTrainer(ops) },
      rungs,
      featurised: features.computed,
      featuriseMs: features.elapsedMs,
      probeMs: now() - startedMs,
      weightsSha256: Sha256.parse(frozen.keyOfView('centre').weightsSha256),
      skipped: [...features.skipped],
    };
  } finally {
    await frozen.close();
  }
}

/** A number for every group, in the order of their first photos. */
export function numberGroups(images: readonly JobImage[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(images, ({ groupId }) => {
    const number = numbers.get(groupId) ?? numbers.size;
    numbers.set(groupId, number);
    return number;
  });
}
