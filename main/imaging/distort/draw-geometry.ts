import type { AugmentationPolicy } from '../../../shared/domain/augmentation.ts';
import type { Random } from '../../../shared/math/random.ts';
import { centreCorner, scaledSize } from '../views.ts';
import { logUniform, uniform } from './distributions.ts';
import type { Drawn, DrawnWindow, DrawTarget, Point } from './drawn.ts';
import { shiftedCorners } from './homography.ts';
import { type Draw, drawSymmetric } from './streams.ts';

type DrawnGeometry = Pick<
  Drawn,
  'window' | 'mirror' | 'flip' | 'rotationDegrees' | 'shearDegrees' | 'zoom' | 'cornerShifts' | 'warp' | 'border'
>;

const CROP_TRIES = 10;
const CORNER_TRIES = 50;

export function drawGeometry(draw: Draw): DrawnGeometry {
  const { policy, streams, magnitude } = draw;
  const { rotation, shear, zoom } = policy;
  return {
    window: drawWindow(draw),
    mirror: streams.stream('mirror')() < policy.mirrorProbability,
    flip: streams.stream('flip')() < policy.flipProbability,
    rotationDegrees: drawSymmetric(draw, 'rotation', { probability: rotation.probability, most: rotation.maxDegrees }),
    shearDegrees: drawShear(draw, shear.maxDegrees),
    zoom: drawZoom(streams.stream('zoom'), zoom, magnitude),
    cornerShifts: drawCorners(draw),
    warp: drawWarp(draw),
    border: policy.border,
  };
}

function drawWindow(draw: Draw): DrawnWindow {
  const { crop } = draw.policy;
  switch (crop.kind) {
    case 'centre':
      return centreWindow(draw.target);
    case 'fixed':
      return fixedWindow(draw, crop.paddingPixels);
    case 'random':
      return randomBox(draw, crop);
  }
}

/** The window that evaluation takes. */
function centreWindow({ photo, cropSize, resizeShortSide }: DrawTarget): DrawnWindow {
  const scaled = scaledSize(photo, resizeShortSide);
  if (cropSize > resizeShortSide) throw new RangeError(`Crop ${cropSize} is larger than the resized short side`);
  return { kind: 'scaled', ...scaled, ...centreCorner(scaled, cropSize) };
}

function fixedWindow({ streams, target }: Draw, paddingPixels: number): DrawnWindow {
  const { photo, cropSize, resizeShortSide } = target;
  const scaled = scaledSize(photo, resizeShortSide);
  const across = scaled.scaledWidth + 2 * paddingPixels - cropSize;
  const down = scaled.scaledHeight + 2 * paddingPixels - cropSize;
  if (Math.min(across, down) < 0) throw new RangeError(`Crop ${cropSize} is larger than the padded short side`);
  const random = streams.stream('crop');
  const left = Math.floor(random() * (across + 1)) - paddingPixels;
  const top = Math.floor(random() * (down + 1)) - paddingPixels;
  return { kind: 'scaled', ...scaled, left, top };
}

type RandomCrop = Extract<AugmentationPolicy['crop'], { readonly kind: 'random' }>;

/**
 * A box of whole pixels: a share of the area, of an aspect uniform in the logarithm, anywhere; after ten that do not fit, the largest
 * centred box of an allowed aspect. Szegedy et al. 2014, arXiv:1409.4842, sec. 6. A magnitude of 0 leaves the largest square.
 */
function randomBox({ streams, magnitude, target }: Draw, crop: RandomCrop): DrawnWindow {
  const { width, height } = target.photo;
  const random = streams.stream('crop');
  const weaken = (area: number): number => 1 - (1 - area) * magnitude;
  const minAspect = crop.minAspect ** magnitude;
  const maxAspect = crop.maxAspect ** magnitude;
  for (let attempt = 0; attempt < CROP_TRIES; attempt += 1) {
    const area = uniform(random, weaken(crop.minArea), weaken(crop.maxArea)) * width * height;
    const aspect = logUniform(random, minAspect, maxAspect);
    const boxWidth = Math.round(Math.sqrt(area * aspect));
    const boxHeight = Math.round(Math.sqrt(area / aspect));
    if (boxWidth < 1 || boxHeight < 1 || boxWidth > width || boxHeight > height) continue;
    const left = Math.floor(random() * (width - boxWidth + 1));
    const top = Math.floor(random() * (height - boxHeight + 1));
    return { kind: 'box', left, top, width: boxWidth, height: boxHeight };
  }
  const aspect = Math.min(maxAspect, Math.max(minAspect, width / height));
  const boxWidth = Math.max(1, Math.min(width, Math.round(height * aspect)));
  const boxHeight = Math.max(1, Math.min(height, Math.round(width / aspect)));
  const left = Math.floor((width - boxWidth) / 2);
  const top = Math.floor((height - boxHeight) / 2);
  return { kind: 'box', left, top, width: boxWidth, height: boxHeight };
}

function drawShear(draw: Draw, maxDegrees: number): Point {
  const random = draw.streams.stream('shear');
  if (random() >= draw.policy.shear.probability) return [0, 0];
  const along = (): number => uniform(random, -maxDegrees, maxDegrees) * draw.magnitude || 0;
  return [along(), along()];
}

function drawZoom(random: Random, zoom: AugmentationPolicy['zoom'], magnitude: number): number {
  if (random() >= zoom.probability) return 1;
  return logUniform(random, zoom.min, zoom.max) ** magnitude;
}

/** Corners uniform in a square around their places, drawn again until the four stay convex (no horizon inside the crop). */
function drawCorners({ policy, streams, magnitude }: Draw): readonly Point[] | null {
  const { probability, strength } = policy.perspective;
  const random = streams.stream('perspective');
  const most = strength * magnitude;
  if (random() >= probability || most === 0) return null;
  for (let attempt = 0; attempt < CORNER_TRIES; attempt += 1) {
    const shifts = [0, 1, 2, 3].map((): Point => [uniform(random, -most, most), uniform(random, -most, most)]);
    if (isConvex(shifts)) return shifts;
  }
  return null; // one draw in 1e20 at the largest strength
}

/** Every turn goes the same way, and is worth at least a hundredth of a square's. */
function isConvex(shifts: readonly Point[]): boolean {
  const corners = shiftedCorners(shifts);
  return corners.every((corner, index) => {
    const next = corners[(index + 1) % 4]!;
    const after = corners[(index + 2) % 4]!;
    const turn = (next[0] - corner[0]) * (after[1] - next[1]) - (next[1] - corner[1]) * (after[0] - next[0]);
    return turn > 0.01;
  });
}

function drawWarp({ policy, streams, magnitude }: Draw): Drawn['warp'] {
  const { probability, kind, strength, smoothness } = policy.warp;
  const deviation = strength * magnitude;
  if (streams.stream('warp')() >= probability || deviation === 0) return null;
  return { kind, deviation, smoothness, seed: streams.seedOf('warp field') };
}
