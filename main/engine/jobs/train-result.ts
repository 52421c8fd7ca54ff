/** What every training job tells: the device it computes on, and how it ended. */
import type { Weights } from '../../../shared/networks/network.ts';
import type { JobContext } from '../protocol/control.ts';
import type { TrainResult } from '../protocol/messages.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import type { Selected } from '../training/select.ts';
import { hashWeights } from '../weights/hash-weights.ts';
import { describeTrainer } from './backend.ts';
import type { Features } from './features.ts';

export type TrainingDevice = TrainResult['device'];

export function tellDevice(executor: string, ops: TensorOps, context: JobContext): TrainingDevice {
  const device = { executor, trainer: describeTrainer(ops) };
  context.send({ kind: 'device', device: inOneLine(device) });
  return device;
}

export const inOneLine = (device: TrainingDevice): string => Object.values(device).join('; ');

type Ended = {
  readonly device: TrainingDevice;
  readonly selected: Selected;
  readonly weights: Weights; // all that belong to the run
  readonly prepared: Pick<Features, 'computed' | 'elapsedMs'>;
  readonly trainMs: number;
  readonly skipped: Features['skipped'];
};

export function trainResult({ device, selected, weights, prepared, trainMs, skipped }: Ended): TrainResult {
  const { bestEpoch, weightDecay, selectionCorrect, selectionTotal, epochs } = selected;
  return {
    kind: 'train',
    device,
    ...{ bestEpoch, weightDecay, selectionCorrect, selectionTotal },
    featurised: prepared.computed,
    featuriseMs: prepared.elapsedMs,
    trainMs,
    epochsRun: epochs.length,
    weightsSha256: hashWeights(weights),
    skipped: [...skipped],
  };
}
