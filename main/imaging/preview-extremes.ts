/** One distortion at one end of its range and all others off: what a slider shows at its ends. */
import { AppError } from '../../shared/contract/errors.ts';
import { AugmentationPolicy, type CropMode, type ShiftDistribution } from '../../shared/domain/augmentation.ts';
import type { Extreme } from './child-messages.ts';
import { type Drawn, type DrawTarget, drawAugmentation, type ViewSource } from './distort/draw.ts';
import { shiftAlong } from './distort/draw-colour.ts';
import type { DrawnErasing, DrawnWindow } from './distort/drawn.ts';
import { imagenetColourAxes } from './distort/imagenet-axes.ts';

const DEVIATIONS = 2; // where a distribution has no end: 95 % of the normal one lies within

type Ask = {
  readonly policy: AugmentationPolicy;
  readonly isHigh: boolean;
  readonly target: DrawTarget;
  readonly seed: number;
};

const signed = ({ isHigh }: Ask, most: number): number => (isHigh ? most : -most || 0);

/** By the policy's own names; what has no sign is off (or weakest) at its low end. */
const extremes: Readonly<Record<string, (ask: Ask) => Partial<Drawn>>> = {
  crop: (ask) => ({ window: windowAt(ask, ask.policy.crop) }),
  mirrorProbability: ({ isHigh }) => ({ mirror: isHigh }),
  flipProbability: ({ isHigh }) => ({ flip: isHigh }),
  rotation: (ask) => ({ rotationDegrees: signed(ask, ask.policy.rotation.maxDegrees) }),
  shear: (ask) => ({ shearDegrees: [signed(ask, ask.policy.shear.maxDegrees), 0] }),
  zoom: ({ isHigh, policy: { zoom } }) => ({ zoom: isHigh ? zoom.max : zoom.min }),
  perspective: ({ isHigh, policy }) => ({ cornerShifts: trapezoid(policy.perspective.strength, isHigh) }),
  warp: ({ isHigh, seed, policy: { warp } }) => ({
    warp: isHigh ? { kind: warp.kind, deviation: warp.strength, smoothness: warp.smoothness, seed } : null,
  }),
  erasing: (ask) => ({ erasing: erasingAt(ask) }),
  channelShift: ({ isHigh, policy: { channelShift } }) => ({
    channelShift: [
      endOf(channelShift.red, isHigh),
      endOf(channelShift.green, isHigh),
      endOf(channelShift.blue, isHigh),
    ],
  }),
  brightness: (ask) => ({ brightness: 1 + signed(ask, ask.policy.brightness.strength) }),
  contrast: (ask) => ({ contrast: 1 + signed(ask, ask.policy.contrast.strength) }),
  saturation: (ask) => ({ saturation: 1 + signed(ask, ask.policy.saturation.strength) }),
  hue: (ask) => ({ hueDegrees: signed(ask, ask.policy.hue.maxDegrees) }),
  pcaColour: pcaColourAt,
  blur: ({ isHigh, policy }) => ({ blurSigmaPixels: isHigh ? policy.blur.maxSigmaPixels : 0 }),
  noise: ({ isHigh, seed, policy }) => ({ noise: isHigh ? { deviation: policy.noise.maxDeviation, seed } : null }),
  jpeg: ({ isHigh, policy: { jpeg } }) => ({ jpegQuality: isHigh ? jpeg.maxQuality : jpeg.minQuality }),
};

/** The view of that end; `source` decides only the field of a warp and of noise. Throws INVALID_INPUT for an unknown name. */
export function drawExtreme(
  extreme: Extreme,
  policy: AugmentationPolicy,
  { source, target }: { readonly source: ViewSource; readonly target: DrawTarget },
): Drawn {
  const change = Object.hasOwn(extremes, extreme.name) ? extremes[extreme.name] : undefined;
  if (change === undefined) {
    const names = Object.keys(extremes).join(', ');
    throw new AppError('INVALID_INPUT', `There is no distortion '${extreme.name}'. Give one of ${names}.`);
  }
  const still = drawAugmentation(AugmentationPolicy.parse({ border: policy.border }), source, target);
  return { ...still, ...change({ policy, isHigh: extreme.end === 'high', target, seed: source.seed }) };
}

function windowAt({ isHigh, target }: Ask, crop: CropMode): DrawnWindow {
  const { photo, cropSize, resizeShortSide } = target;
  const still = drawAugmentation(AugmentationPolicy.parse({}), { seed: 0, imageId: '', view: 0 }, target).window;
  switch (crop.kind) {
    case 'centre':
      return still;
    case 'fixed': {
      if (still.kind !== 'scaled') return still;
      const corner = (scaled: number): number =>
        isHigh ? scaled + crop.paddingPixels - cropSize : -crop.paddingPixels;
      return { ...still, left: corner(still.scaledWidth), top: corner(still.scaledHeight) };
    }
    case 'random': {
      const area = (isHigh ? crop.maxArea : crop.minArea) * photo.width * photo.height;
      const aspect = Math.min(crop.maxAspect, Math.max(crop.minAspect, photo.width / photo.height));
      const width = Math.min(photo.width, Math.max(1, Math.round(Math.sqrt(area * aspect))));
      const height = Math.min(photo.height, Math.max(1, Math.round(Math.sqrt(area / aspect))));
      if (resizeShortSide < cropSize) throw new RangeError(`Crop ${cropSize} is larger than the resized short side`);
      const left = Math.floor((photo.width - width) / 2);
      return { kind: 'box', left, top: Math.floor((photo.height - height) / 2), width, height };
    }
  }
}

/** High: the upper corners move inwards; low: the lower ones. */
function trapezoid(strength: number, isHigh: boolean): NonNullable<Drawn['cornerShifts']> {
  const still = [0, 0] as const;
  if (isHigh) return [[strength, 0], [-strength, 0], still, still];
  return [still, still, [-strength, 0], [strength, 0]];
}

/** A square in the middle. */
function erasingAt({ policy: { erasing }, isHigh, target, seed }: Ask): DrawnErasing {
  const area = isHigh ? erasing.maxArea : erasing.minArea;
  const side = Math.max(1, Math.round(Math.sqrt(area) * target.cropSize));
  const corner = Math.floor((target.cropSize - side) / 2);
  return { left: corner, top: corner, width: side, height: side, fill: erasing.fill, seed };
}

function endOf(distribution: ShiftDistribution, isHigh: boolean): number {
  const sign = isHigh ? 1 : -1;
  switch (distribution.kind) {
    case 'uniform':
      return sign * distribution.halfWidth || 0;
    case 'normal':
      return sign * DEVIATIONS * distribution.deviation || 0;
    case 'truncated-normal':
      return sign * Math.min(distribution.limit, DEVIATIONS * distribution.deviation) || 0;
    case 'laplace':
      return sign * Math.SQRT2 * DEVIATIONS * distribution.scale || 0; // its deviation is the root of 2 times its scale
    case 'histogram':
      return distribution.edges.at(isHigh ? -1 : 0) ?? 0;
  }
}

function pcaColourAt(ask: Ask): Pick<Drawn, 'colourAlphas' | 'colourShift'> {
  const { deviation, source } = ask.policy.pcaColour;
  const alpha = signed(ask, DEVIATIONS * deviation);
  const axes = source === 'imagenet' ? imagenetColourAxes : ask.target.colourAxes;
  if (axes === undefined) throw new RangeError('PCA colour of the training photos needs their colour axes');
  const alphas = [alpha, alpha, alpha] as const;
  return { colourAlphas: alphas, colourShift: shiftAlong(axes, alphas) };
}
