/** The distortions as the panel shows them: where probability and strength live in the policy, with their bounds. */
import {
  type AugmentationPolicy,
  type AugmentationPreset,
  augmentationPresets,
} from '../../../shared/domain/augmentation.ts';

export type DistortionId =
  | 'crop'
  | 'mirror'
  | 'flip'
  | 'rotation'
  | 'shear'
  | 'zoom'
  | 'perspective'
  | 'warp'
  | 'erasing'
  | 'channelShift'
  | 'brightness'
  | 'contrast'
  | 'saturation'
  | 'hue'
  | 'pcaColour'
  | 'blur'
  | 'noise'
  | 'jpeg';

type Scale = {
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly unit: 'share' | 'degrees' | 'pixels' | 'factor' | 'quality';
};

export type Distortion = {
  readonly id: DistortionId;
  readonly extremeName: string; // of `augment.preview`
  readonly probability: ((policy: AugmentationPolicy) => number) | null; // null: it is a mode, not a chance
  readonly withProbability: (policy: AugmentationPolicy, probability: number) => AugmentationPolicy;
  readonly strength: {
    readonly scale: Scale;
    readonly read: (policy: AugmentationPolicy) => number;
    readonly write: (policy: AugmentationPolicy, strength: number) => AugmentationPolicy;
  } | null;
};

type Probable = {
  [K in keyof AugmentationPolicy]: AugmentationPolicy[K] extends { readonly probability: number } ? K : never;
}[keyof AugmentationPolicy];

/** A distortion whose strength is written by hand. */
function shaped<K extends Probable & DistortionId>(
  id: K,
  scale: Scale,
  strength: Pick<NonNullable<Distortion['strength']>, 'read' | 'write'>,
): Distortion {
  return {
    id,
    extremeName: id,
    probability: (policy) => policy[id].probability,
    withProbability: (policy, probability) => ({ ...policy, [id]: { ...policy[id], probability } }),
    strength: { scale, ...strength },
  };
}

/** A distortion whose strength is one number of its part of the policy. */
function single<K extends Probable & DistortionId>(
  id: K,
  field: keyof AugmentationPolicy[K] & string,
  scale: Scale,
): Distortion {
  return shaped(id, scale, {
    read: (policy) => Number(policy[id][field]),
    write: (policy, strength) => ({ ...policy, [id]: { ...policy[id], [field]: strength } }),
  });
}

const chance = (id: 'mirror' | 'flip', key: 'mirrorProbability' | 'flipProbability'): Distortion => ({
  id,
  extremeName: key,
  probability: (policy) => policy[key],
  withProbability: (policy, probability) => ({ ...policy, [key]: probability }),
  strength: null,
});

const share = (max: number, step = 0.01): Scale => ({ min: 0, max, step, unit: 'share' });
const degrees = (max: number): Scale => ({ min: 0, max, step: 1, unit: 'degrees' });

export const geometry: readonly Distortion[] = [
  chance('mirror', 'mirrorProbability'),
  chance('flip', 'flipProbability'),
  single('rotation', 'maxDegrees', degrees(180)),
  single('shear', 'maxDegrees', degrees(45)),
  shaped(
    'zoom',
    { min: 1, max: 3, step: 0.05, unit: 'factor' },
    {
      read: ({ zoom }) => zoom.max,
      write: (policy, max) => ({ ...policy, zoom: { ...policy.zoom, min: Math.max(0.25, 1 / max), max } }),
    },
  ),
  single('perspective', 'strength', share(0.45)),
  single('warp', 'strength', share(0.2, 0.005)),
  shaped(
    'erasing',
    { min: 0.02, max: 0.8, step: 0.02, unit: 'share' },
    {
      read: ({ erasing }) => erasing.maxArea,
      write: (policy, maxArea) => ({
        ...policy,
        erasing: { ...policy.erasing, maxArea, minArea: Math.min(policy.erasing.minArea, maxArea) },
      }),
    },
  ),
];

export const colour: readonly Distortion[] = [
  shaped('channelShift', share(0.5), { read: ({ channelShift }) => widthOf(channelShift.red), write: withShiftWidth }),
  single('brightness', 'strength', share(1)),
  single('contrast', 'strength', share(1)),
  single('saturation', 'strength', share(1)),
  single('hue', 'maxDegrees', degrees(180)),
  single('pcaColour', 'deviation', share(1)),
  single('blur', 'maxSigmaPixels', { min: 0, max: 8, step: 0.25, unit: 'pixels' }),
  single('noise', 'maxDeviation', share(0.5)),
  shaped(
    'jpeg',
    { min: 5, max: 100, step: 1, unit: 'quality' },
    {
      read: ({ jpeg }) => jpeg.minQuality,
      write: (policy, minQuality) => ({
        ...policy,
        jpeg: { ...policy.jpeg, minQuality, maxQuality: Math.max(policy.jpeg.maxQuality, minQuality) },
      }),
    },
  ),
];

export type ShiftKind = AugmentationPolicy['channelShift']['red']['kind'];
type Shift = AugmentationPolicy['channelShift']['red'];

/** The one number that says how wide a distribution is. */
export function widthOf(shift: Shift): number {
  switch (shift.kind) {
    case 'uniform':
      return shift.halfWidth;
    case 'laplace':
      return shift.scale;
    case 'histogram':
      return Math.max(...shift.edges.map(Math.abs));
    default:
      return shift.deviation;
  }
}

const BELL = [0.05, 0.15, 0.35, 0.65, 0.9, 1, 0.9, 0.65, 0.35, 0.15, 0.05]; // to begin with
const LEAST_HISTOGRAM_WIDTH = 0.01; // edges must rise

/** A distribution of a kind and width. */
export function shiftOf(kind: ShiftKind, width: number): Shift {
  switch (kind) {
    case 'uniform':
      return { kind, halfWidth: width };
    case 'normal':
      return { kind, deviation: width };
    case 'truncated-normal':
      return { kind, deviation: width, limit: Math.min(1, 2 * width) };
    case 'histogram':
      return histogramOf(width, BELL);
    default:
      return { kind, scale: width };
  }
}

/** As many bins as the weights, alike wide, from -width to width. */
export function histogramOf(width: number, weights: readonly number[]): Extract<Shift, { kind: 'histogram' }> {
  const most = Math.max(LEAST_HISTOGRAM_WIDTH, width);
  const edges = Array.from({ length: weights.length + 1 }, (_, at) => -most + (2 * most * at) / weights.length);
  return { kind: 'histogram', edges, weights: [...weights] };
}

function withWidth(shift: Shift, width: number): Shift {
  return shift.kind === 'histogram' ? histogramOf(width, shift.weights) : shiftOf(shift.kind, width);
}

function withShiftWidth(policy: AugmentationPolicy, width: number): AugmentationPolicy {
  return withShifts(policy, 'all', (shift) => withWidth(shift, width));
}

export const shiftChannels = ['all', 'red', 'green', 'blue'] as const;
export type ShiftChannel = (typeof shiftChannels)[number];

/** The distribution of a channel; of all three, the first one's. */
export function shiftOfChannel({ channelShift }: AugmentationPolicy, channel: ShiftChannel): Shift {
  return channelShift[channel === 'all' ? 'red' : channel];
}

export function withShiftKind(
  policy: AugmentationPolicy,
  kind: ShiftKind,
  channel: ShiftChannel = 'all',
): AugmentationPolicy {
  return withShifts(policy, channel, (shift) => shiftOf(kind, widthOf(shift)));
}

/** The policy with one bar of a histogram changed; as it is where no bar would be left. */
export function withBar(
  policy: AugmentationPolicy,
  { bar, weight }: { readonly bar: number; readonly weight: number },
  channel: ShiftChannel = 'all',
): AugmentationPolicy {
  const shift = shiftOfChannel(policy, channel);
  if (shift.kind !== 'histogram') return policy;
  const weights = shift.weights.map((old, at) => (at === bar ? Math.min(1, Math.max(0, weight)) : old));
  return weights.some((each) => each > 0) ? withShifts(policy, channel, () => ({ ...shift, weights })) : policy;
}

/** The policy with the distribution of a channel, or of all, made anew. */
function withShifts(
  policy: AugmentationPolicy,
  channel: ShiftChannel,
  make: (shift: Shift) => Shift,
): AugmentationPolicy {
  const { red, green, blue } = policy.channelShift;
  const made = (own: Exclude<ShiftChannel, 'all'>, shift: Shift): Shift =>
    channel === 'all' || channel === own ? make(shift) : shift;
  const shifts = { red: made('red', red), green: made('green', green), blue: made('blue', blue) };
  return { ...policy, channelShift: { ...policy.channelShift, ...shifts } };
}

/** The preset that a policy is, cached views aside; null: one of the person's own. */
export function presetOf(policy: AugmentationPolicy): AugmentationPreset | null {
  const text = (one: AugmentationPolicy): string => JSON.stringify({ ...one, cachedViews: 0 });
  const wanted = text(policy);
  const found = Object.entries(augmentationPresets).find(([, preset]) => text(preset) === wanted);
  return (found?.[0] as AugmentationPreset | undefined) ?? null;
}

/** How many distortions can happen. */
export function countDistortions(policy: AugmentationPolicy): number {
  const isOn = ({ probability }: Distortion): boolean => (probability?.(policy) ?? 0) > 0;
  return [...geometry, ...colour].filter(isOn).length + (policy.crop.kind === 'centre' ? 0 : 1);
}
