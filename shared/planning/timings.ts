/** From the steps that were timed on a machine to the seconds of every freeze depth. */
import type { Network } from '../networks/network.ts';
import { split } from '../networks/split.ts';
import { fitSpeeds, type Observation, predictSeconds } from './speeds.ts';
import { forwardWork, type StepWork, trainingWork } from './work.ts';

/** One timed batch at a depth: through the frozen part, or a training step of the rest. */
export type TimedDepth = { readonly stage: string; readonly batch: number; readonly seconds: number };
export type MachineTimings = {
  readonly frozen: readonly TimedDepth[];
  readonly training: readonly TimedDepth[];
  readonly decodeSeconds: number | null; // a photo, on all threads; null: not timed
};
export type DepthSeconds = {
  readonly frozen: number; // decoding and the frozen part, all photos, once
  readonly epoch: number; // all photos to train on, once forward and backward, and those of validation forward
};
export type PhotoCounts = { readonly cached: number; readonly train: number };

/** Seconds by stage id. A step costs the more, the more it is of each kind of work (see fitSpeeds). */
export function depthSeconds(
  network: Network,
  timings: MachineTimings,
  setting: { readonly photos: PhotoCounts; readonly batchSize: number },
): ReadonlyMap<string, DepthSeconds> {
  const { photos, batchSize: batch } = setting;
  const parts = new Map(network.stages.map(({ id }) => [id, split(network, id)]));
  const frozenWork = (stage: string): StepWork => forwardWork(parts.get(stage)!.prefix);
  const stepWork = (stage: string): StepWork => trainingWork(parts.get(stage)!.suffix);
  const frozen = observed(timings.frozen, frozenWork);
  const training = observed(timings.training, stepWork);
  const [frozenSpeeds, trainingSpeeds] = [fitSpeeds(frozen), fitSpeeds(training)];
  return new Map(
    [...parts].map(([stage, { suffix }]) => {
      const pass = predictSeconds(frozenWork(stage), frozenSpeeds, { images: photos.cached, batch });
      const decoding = (timings.decodeSeconds ?? 0) * photos.cached;
      const learning = predictSeconds(stepWork(stage), trainingSpeeds, { images: photos.train, batch });
      const validation = predictSeconds(forwardWork(suffix), trainingSpeeds, {
        images: photos.cached - photos.train,
        batch,
      });
      return [stage, { frozen: pass + decoding, epoch: learning + validation }];
    }),
  );
}

function observed(timed: readonly TimedDepth[], workOf: (stage: string) => StepWork): Observation[] {
  return timed.map(({ stage, batch, seconds }) => ({ work: workOf(stage), batch, seconds }));
}
