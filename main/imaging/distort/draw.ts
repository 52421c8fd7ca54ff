/** Draws a view: all randomness of augmentation happens here, from the arguments only. */
import { type AugmentationPolicy, magnitudeAt } from '../../../shared/domain/augmentation.ts';
import { drawColour } from './draw-colour.ts';
import { drawGeometry } from './draw-geometry.ts';
import { drawQuality } from './draw-quality.ts';
import type { Drawn, DrawTarget, ViewSource } from './drawn.ts';
import { streamsOf } from './streams.ts';

export { describeDrawn } from './describe.ts';
export type { Drawn, DrawTarget, ViewSource } from './drawn.ts';

/**
 * One view of one photo.
 *
 * Every distortion has a stream of its own, so that switching one on changes none of the others. Throws RangeError where the crop
 * does not fit, and where axes of the training photos are asked for but not given.
 */
export function drawAugmentation(policy: AugmentationPolicy, source: ViewSource, target: DrawTarget): Drawn {
  const magnitude = source.magnitude ?? magnitudeAt(policy.magnitude, source.epochFraction);
  const draw = { policy, streams: streamsOf(source), magnitude, target };
  return {
    cropSize: target.cropSize,
    photo: { width: target.photo.width, height: target.photo.height },
    ...drawGeometry(draw),
    ...drawColour(draw),
    ...drawQuality(draw),
  };
}
