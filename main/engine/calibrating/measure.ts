/** Times steps and passes; what is computed does not matter, so the inputs are random numbers. */
import { normal, type Random } from '../../../shared/math/random.ts';
import type { Network, Preprocessing, Weights } from '../../../shared/networks/network.ts';
import { inferShapes } from '../../../shared/networks/shapes.ts';
import { mainOutputNode } from '../../../shared/networks/split.ts';
import { createLoader } from '../loading/loader.ts';
import { createModel } from '../tensorflow/interpreter.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import { createOptimizer } from '../training/optimizers.ts';

const TIMED_STEPS = 2; // after one to warm up; the faster one counts: load from outside only slows down

export type Clock = {
  readonly now: () => number; // milliseconds, monotonic
  readonly breathe: () => void; // may throw
  readonly rounds?: number; // instead of TIMED_STEPS
};

/** Random rows of a network's input, [batch, ...shape]. */
export function randomRows({ inputShape }: Network, batch: number, random: Random): Float32Array {
  const length = inputShape.reduce((product, extent) => product * extent, batch);
  return Float32Array.from({ length }, () => Math.abs(normal(random)));
}

/** Seconds of one training step of a suffix, optimizer included (AdamW). Leaves no tensor behind. */
export async function timeTrainingStep(
  ops: TensorOps,
  part: { readonly suffix: Network; readonly weights: Weights; readonly batch: number; readonly random: Random },
  { now, breathe, rounds = TIMED_STEPS }: Clock,
): Promise<number> {
  const { suffix, weights, batch, random } = part;
  const classCount = inferShapes(suffix).get(mainOutputNode(suffix))![0]!;
  const labels = Int32Array.from({ length: batch }, (_, row) => row % classCount);
  const model = createModel(ops, suffix, { weights, trainable: () => true });
  const settings = { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.05 } as const;
  const optimizer = createOptimizer(ops, model, settings);
  try {
    let fastestMs = Number.POSITIVE_INFINITY;
    for (let step = 0; step <= rounds; step += 1) {
      breathe();
      const input = randomRows(suffix, batch, random);
      const startedMs = now();
      const { gradients } = await model.trainStep(input, labels, { labelSmoothing: 0, random: null });
      optimizer.apply(gradients, 1e-9);
      if (step > 0) fastestMs = Math.min(fastestMs, now() - startedMs);
    }
    return fastestMs / 1000;
  } finally {
    optimizer.close();
    model.close();
  }
}

/** Seconds of one batch through an opened frozen part. */
export async function timeFrozenPass(
  run: (input: Float32Array, batch: number) => Promise<Float32Array>,
  input: { readonly values: Float32Array; readonly batch: number },
  { now, breathe, rounds = TIMED_STEPS }: Clock,
): Promise<number> {
  let fastestMs = Number.POSITIVE_INFINITY;
  for (let pass = 0; pass <= rounds; pass += 1) {
    breathe();
    const startedMs = now();
    await run(input.values, input.batch);
    if (pass > 0) fastestMs = Math.min(fastestMs, now() - startedMs);
  }
  return fastestMs / 1000;
}

export type DecodingSample = {
  readonly items: readonly { readonly sha256: string; readonly path: string }[];
  readonly preprocessing: Preprocessing;
  readonly threads: number;
};

/** Seconds a photo from file to network input on all threads; the first batch, which starts them, is not counted. */
export async function timeDecoding(sample: DecodingSample, { now, breathe }: Clock): Promise<number | null> {
  const { items, preprocessing, threads } = sample;
  if (items.length === 0) return null;
  const batchSize = Math.max(1, Math.floor(items.length / 4));
  const loader = createLoader({ threads, slots: 2, batchSize, preprocessing, views: ['centre'] as const, items });
  let startedMs = now();
  let photos = 0;
  let isFirst = true;
  try {
    for await (const { items: read } of loader) {
      breathe();
      if (isFirst && read.length < items.length) startedMs = now();
      else photos += read.length;
      isFirst = false;
    }
  } finally {
    await loader.stop();
  }
  return photos === 0 ? null : (now() - startedMs) / 1000 / photos;
}
