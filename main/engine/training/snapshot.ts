/** A training written down between two steps: enough to go on as if it had never stopped. */
import { z } from 'zod';
import { EpochReport } from '../../../shared/domain/run.ts';
import type { NamedTensor, Weights } from '../../../shared/networks/network.ts';

const Count = z.int().nonnegative();
const Uint32 = z
  .int()
  .min(0)
  .max(2 ** 32 - 1);

/** Less memory from a place on: a step of an epoch, or its judging, which comes after its last step. */
export const MemoryChange = z.strictObject({
  epoch: Count,
  step: Count, // of this epoch
  during: z.enum(['step', 'judging']),
  rowsPerPass: z.int().min(1),
  recomputes: z.boolean(), // activations between stages are computed again for the backward pass: the same bits
});
export type MemoryChange = z.infer<typeof MemoryChange>;

/** The wish to end early and keep the best epoch: where the training ends, before that step. */
export const EarlyEnd = z.strictObject({ epoch: Count, step: Count });
export type EarlyEnd = z.infer<typeof EarlyEnd>;

export const TrainingPosition = z.strictObject({
  epoch: Count, // under way
  step: Count, // of this epoch, the next to be done
  streams: z.strictObject({ order: Uint32, dropout: Uint32, mixup: Uint32 }), // order: before this epoch's shuffle
  lossSum: z.number(), // of this epoch so far, nats
  correct: Count,
  rowsLeftOut: Count.default(0), // of this epoch so far
  learningRate: z.number(), // of the last step
  rowsPerPass: z.int().min(1),
  recomputes: z.boolean(),
  optimizerCounters: z.record(z.string(), z.number()),
  averageCounters: z.record(z.string(), z.number()),
  history: z.array(EpochReport),
  bestEpoch: Count.nullable(),
  elapsedMs: z.number().nonnegative(),
});
export type TrainingPosition = z.infer<typeof TrainingPosition>;

/** Tensors by part and name: 'model/...' and 'best/...' as in the state dict, the others in the device's layout. */
export type Snapshot = { readonly tensors: Weights; readonly position: TrainingPosition };
export type SnapshotPart = 'model' | 'optimizer' | 'average' | 'start' | 'best';

export function tensorsOfPart(tensors: Weights, part: SnapshotPart): Map<string, NamedTensor> {
  const prefix = `${part}/`;
  return new Map(
    [...tensors].flatMap(([name, tensor]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : [])),
  );
}

export function joinParts(parts: Readonly<Partial<Record<SnapshotPart, Weights>>>): Weights {
  return new Map(
    Object.entries(parts).flatMap(([part, tensors]) =>
      [...tensors].map(([name, tensor]): [string, NamedTensor] => [`${part}/${name}`, tensor]),
    ),
  );
}

/** The name of a tensor with a value that is not finite, or null. */
export function findNotFinite(tensors: Weights): string | null {
  for (const [name, { values }] of tensors) if (!values.every(Number.isFinite)) return name;
  return null;
}
