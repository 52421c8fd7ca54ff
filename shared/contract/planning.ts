/** What planning and probing answer. */
import { z } from 'zod';
import { Regime } from '../domain/regime.ts';
import { Facts } from '../domain/run.ts';

const Count = z.int().nonnegative();
const Fraction = z.number().min(0).max(1);
const Seconds = z.number().nonnegative();

export const RegimeWish = z.enum(['auto', ...Regime.options]);
export type RegimeWish = z.infer<typeof RegimeWish>;

/** What a recommendation rests on, for sentences in the person's language. */
export const RegimeGrounds = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('solved'), correct: Count, total: Count }), // the frozen network errs hardly ever
  z.strictObject({ kind: z.literal('few'), photos: Count }), // in the smallest class
  z.strictObject({ kind: z.literal('plateau'), photos: Count, stage: z.string() }), // features get no better after it
  z.strictObject({ kind: z.literal('medium'), photos: Count, stage: z.string() }),
  z.strictObject({ kind: z.literal('many'), photos: Count }),
  z.strictObject({ kind: z.literal('asked') }), // as a person wished
]);
export type RegimeGrounds = z.infer<typeof RegimeGrounds>;

export const RegimeAdvice = z.strictObject({
  regime: Regime,
  frozenThrough: z.string(),
  reason: z.string(),
  grounds: RegimeGrounds,
});
export type RegimeAdvice = z.infer<typeof RegimeAdvice>;

/** A softmax on the pooled output of each stage, from the picture itself to the last stage. */
export const ProbeReport = z.strictObject({
  backbone: z.string(),
  rungs: z.array(
    z.strictObject({
      stage: z.string(),
      title: z.string(),
      features: Count,
      correct: Count, // held out once each, by cross-validation inside train and validation
      total: Count,
      accuracy: Fraction,
      interval: z.tuple([Fraction, Fraction]), // 95 %, Wilson
    }),
  ),
  isStored: z.boolean(), // nothing was computed: photos, labels, sides and weights are those of an earlier probe
  device: Facts,
  featuriseMs: z.number().nonnegative(),
  probeMs: z.number().nonnegative(),
  leftOut: Count, // photos that could not be read, or beyond what a probe looks at
  advice: RegimeAdvice,
});
export type ProbeReport = z.infer<typeof ProbeReport>;

/** What training at one freeze depth costs with the photos of the project. */
export const PlannedDepth = z.strictObject({
  stage: z.string(), // the last frozen one
  title: z.string(),
  trainableParameters: Count,
  frozenMultiplications: Count, // of one photo, once
  trainedMultiplications: Count, // of one photo, every epoch: forward and backward
  cacheBytes: Count,
  peakMemoryBytes: Count,
  frozenSeconds: Seconds.nullable(), // decoding and the frozen part, for all photos, once; null: not measured
  epochSeconds: Seconds.nullable(),
  totalSeconds: Seconds.nullable(), // both, for all epochs of all trainings of a run: those by which settings are chosen included
  verdict: z.enum(['fits', 'disk-tight', 'batch-too-large', 'disk-short', 'memory-short']),
  advice: z.string().nullable(),
});
export type PlannedDepth = z.infer<typeof PlannedDepth>;

export const PlanReport = z.strictObject({
  backbone: z.string(),
  weights: z.enum(['shipped', 'missing']), // missing: timed with random ones, and not to be trained until they are there
  photos: z.strictObject({ train: Count, val: Count }),
  epochs: Count,
  batchSize: Count,
  freeDiskBytes: Count,
  cachedBytes: Count,
  memoryBytes: Count,
  measured: z.strictObject({ device: Facts, isRemembered: z.boolean() }).nullable(),
  depths: z.array(PlannedDepth), // from training everything to training the softmax alone
});
export type PlanReport = z.infer<typeof PlanReport>;
