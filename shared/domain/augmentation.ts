/** An augmentation policy as data: every distortion, its strength, its distribution and its probability. */
import { z } from 'zod';

const Probability = z.number().min(0).max(1);
const Fraction = z.number().min(0).max(1);

/** What a shift is drawn from; 1 is the whole range of a channel. */
export const ShiftDistribution = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('uniform'), halfWidth: Fraction }),
  z.strictObject({ kind: z.literal('normal'), deviation: Fraction }),
  z.strictObject({ kind: z.literal('truncated-normal'), deviation: Fraction, limit: Fraction }), // drawn again beyond the limit
  z.strictObject({ kind: z.literal('laplace'), scale: Fraction }),
  z
    .strictObject({
      kind: z.literal('histogram'),
      edges: z.array(z.number().min(-1).max(1)).min(2).max(65), // rising
      weights: z.array(z.number().nonnegative()).min(1).max(64), // one fewer; uniform inside a bin
    })
    .refine(({ edges, weights }) => edges.length === weights.length + 1, 'one more edge than weights')
    .refine(({ edges }) => edges.every((edge, at) => at === 0 || edge > edges[at - 1]!), 'edges must rise')
    .refine(({ weights }) => weights.some((weight) => weight > 0), 'some weight must be above 0'),
]);
export type ShiftDistribution = z.infer<typeof ShiftDistribution>;

/** Which part of the photo becomes the network's input. */
export const CropMode = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('centre') }), // as in evaluation
  z
    .strictObject({
      kind: z.literal('random'), // Inception crop: a share of the area, of some aspect ratio, anywhere
      minArea: z.number().min(0.01).max(1),
      maxArea: z.number().min(0.01).max(1),
      minAspect: z.number().min(0.1).max(10), // width by height
      maxAspect: z.number().min(0.1).max(10),
    })
    .refine(({ minArea, maxArea }) => minArea <= maxArea, 'minArea is above maxArea')
    .refine(({ minAspect, maxAspect }) => minAspect <= maxAspect, 'minAspect is above maxAspect'),
  z.strictObject({ kind: z.literal('fixed'), paddingPixels: z.int().min(0).max(64) }), // a window of the crop size anywhere in the resized, padded photo
]);
export type CropMode = z.infer<typeof CropMode>;

export const Border = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('reflect') }),
  z.strictObject({ kind: z.literal('edge') }),
  z.strictObject({ kind: z.literal('colour'), colour: z.string().regex(/^#[0-9a-f]{6}$/) }),
]);
export type Border = z.infer<typeof Border>;

const off = { probability: 0 } as const;

/** Strengths are the largest values that can be drawn; each draw is uniform between minus that and that unless told. */
export const AugmentationPolicy = z.strictObject({
  version: z.literal(1).default(1),
  crop: CropMode.default({ kind: 'centre' }),
  mirrorProbability: Probability.default(0),
  flipProbability: Probability.default(0), // upside down
  rotation: z
    .strictObject({ probability: Probability, maxDegrees: z.number().min(0).max(180) })
    .default({ ...off, maxDegrees: 15 }),
  shear: z
    .strictObject({ probability: Probability, maxDegrees: z.number().min(0).max(45) })
    .default({ ...off, maxDegrees: 10 }),
  zoom: z // above 1 is nearer
    .strictObject({ probability: Probability, min: z.number().min(0.25).max(4), max: z.number().min(0.25).max(4) })
    .refine(({ min, max }) => min <= max, 'min is above max')
    .default({ ...off, min: 0.9, max: 1.1 }),
  perspective: z
    .strictObject({ probability: Probability, strength: z.number().min(0).max(0.45) })
    .default({ ...off, strength: 0.15 }), // corners move by up to this share of a side
  warp: z
    .strictObject({
      probability: Probability,
      kind: z.enum(['elastic', 'grid']), // a smooth random field; or one on a coarse grid
      strength: z.number().min(0).max(0.2), // standard deviation of the displacement, share of the crop side
      smoothness: z.number().min(0.01).max(0.5), // elastic: sigma of the Gaussian; grid: distance of the knots; share of the side
    })
    .default({ ...off, kind: 'elastic', strength: 0.02, smoothness: 0.06 }),
  border: Border.default({ kind: 'reflect' }),
  erasing: z
    .strictObject({
      probability: Probability,
      minArea: z.number().min(0.005).max(0.8),
      maxArea: z.number().min(0.005).max(0.8),
      fill: z.enum(['mean', 'noise']),
    })
    .refine(({ minArea, maxArea }) => minArea <= maxArea, 'minArea is above maxArea')
    .default({ ...off, minArea: 0.02, maxArea: 0.2, fill: 'noise' }),
  channelShift: z
    .strictObject({
      probability: Probability,
      red: ShiftDistribution,
      green: ShiftDistribution,
      blue: ShiftDistribution,
    })
    .default({
      ...off,
      red: { kind: 'uniform', halfWidth: 0.08 },
      green: { kind: 'uniform', halfWidth: 0.08 },
      blue: { kind: 'uniform', halfWidth: 0.08 },
    }),
  brightness: z.strictObject({ probability: Probability, strength: Fraction }).default({ ...off, strength: 0.2 }), // factor 1 - strength to 1 + strength
  contrast: z.strictObject({ probability: Probability, strength: Fraction }).default({ ...off, strength: 0.2 }),
  saturation: z.strictObject({ probability: Probability, strength: Fraction }).default({ ...off, strength: 0.2 }),
  hue: z
    .strictObject({ probability: Probability, maxDegrees: z.number().min(0).max(180) })
    .default({ ...off, maxDegrees: 15 }),
  pcaColour: z // Krizhevsky et al. 2012, sec. 4.1
    .strictObject({ probability: Probability, deviation: Fraction, source: z.enum(['imagenet', 'training-photos']) })
    .default({ ...off, deviation: 0.1, source: 'imagenet' }),
  blur: z
    .strictObject({ probability: Probability, maxSigmaPixels: z.number().min(0).max(8) })
    .default({ ...off, maxSigmaPixels: 1.5 }),
  noise: z
    .strictObject({ probability: Probability, maxDeviation: z.number().min(0).max(0.5) })
    .default({ ...off, maxDeviation: 0.05 }),
  jpeg: z
    .strictObject({
      probability: Probability,
      minQuality: z.int().min(5).max(100),
      maxQuality: z.int().min(5).max(100),
    })
    .refine(({ minQuality, maxQuality }) => minQuality <= maxQuality, 'minQuality is above maxQuality')
    .default({ ...off, minQuality: 40, maxQuality: 90 }),
  magnitude: z // every strength is multiplied by a factor that goes from `start` to `end` over the epochs
    .strictObject({ start: Fraction, end: Fraction, rampEpochs: z.number().min(0).max(500) })
    .default({ start: 1, end: 1, rampEpochs: 0 }),
  cachedViews: z.int().min(1).max(64).default(4), // where a part is frozen: seeded views of each photo whose features are stored, cycled by epoch
});
export type AugmentationPolicy = z.infer<typeof AugmentationPolicy>;

const on = (probability: number) => ({ probability });

/** Ready policies. Every row is under test by being in the table. */
export const augmentationPresets = {
  none: AugmentationPolicy.parse({}),
  light: AugmentationPolicy.parse({
    crop: { kind: 'random', minArea: 0.7, maxArea: 1, minAspect: 0.85, maxAspect: 1.18 },
    mirrorProbability: 0.5,
  }),
  photo: AugmentationPolicy.parse({
    crop: { kind: 'random', minArea: 0.5, maxArea: 1, minAspect: 0.8, maxAspect: 1.25 },
    mirrorProbability: 0.5,
    rotation: { ...on(0.3), maxDegrees: 10 },
    brightness: { ...on(0.5), strength: 0.25 },
    contrast: { ...on(0.5), strength: 0.25 },
    saturation: { ...on(0.5), strength: 0.25 },
  }),
  'alexnet-2012': AugmentationPolicy.parse({
    crop: { kind: 'fixed', paddingPixels: 0 }, // Krizhevsky et al. 2012, sec. 4.1: 224 x 224 out of 256 x 256
    mirrorProbability: 0.5,
    pcaColour: { ...on(1), deviation: 0.1, source: 'imagenet' },
  }),
  inception: AugmentationPolicy.parse({
    crop: { kind: 'random', minArea: 0.08, maxArea: 1, minAspect: 0.75, maxAspect: 1.3333333333333333 }, // Szegedy et al. 2014, sec. 6
    mirrorProbability: 0.5,
    brightness: { ...on(1), strength: 0.4 },
    contrast: { ...on(1), strength: 0.4 },
    saturation: { ...on(1), strength: 0.4 },
  }),
} as const satisfies Record<string, AugmentationPolicy>;
export type AugmentationPreset = keyof typeof augmentationPresets;

/** The factor of all strengths after `epochsDone` epochs (fractions count); absent: at the end. */
export function magnitudeAt(magnitude: AugmentationPolicy['magnitude'], epochsDone?: number): number {
  const { start, end, rampEpochs } = magnitude;
  if (epochsDone === undefined || epochsDone >= rampEpochs) return end;
  return start + ((end - start) * Math.max(0, epochsDone)) / rampEpochs;
}

/** Whether the policy changes nothing: training then takes the evaluation's centre view. */
export function isIdentityPolicy(policy: AugmentationPolicy): boolean {
  const { crop, mirrorProbability, flipProbability } = policy;
  const distortions = [policy.rotation, policy.shear, policy.zoom, policy.perspective, policy.warp, policy.erasing];
  const colours = [
    policy.channelShift,
    policy.brightness,
    policy.contrast,
    policy.saturation,
    policy.hue,
    policy.pcaColour,
  ];
  const quality = [policy.blur, policy.noise, policy.jpeg];
  const isOff = ({ probability }: { readonly probability: number }): boolean => probability === 0;
  const isStill = mirrorProbability === 0 && flipProbability === 0 && crop.kind === 'centre';
  return isStill && [...distortions, ...colours, ...quality].every(isOff);
}
