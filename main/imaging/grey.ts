/** One plane instead of three, for networks that take grey images. */
import { lumaWeights } from '../../shared/math/luma.ts';
import type { Preprocessing } from '../../shared/networks/network.ts';
import type { RgbImage } from './resize.ts';
import { renderViews } from './views.ts';

/** Numbers of one view as the network takes it. */
export function valuesPerView({ isGrey, cropSize }: Pick<Preprocessing, 'isGrey' | 'cropSize'>): number {
  return (isGrey === true ? 1 : 3) * cropSize ** 2;
}

/** The centre of a picture as the network takes it, [3, H, W] or one grey plane. */
export function centreInput(image: RgbImage, preprocessing: Preprocessing): Float32Array {
  const colour = renderViews(image, preprocessing, ['centre']);
  return preprocessing.isGrey === true ? toGrey(colour, preprocessing.cropSize) : colour;
}

/** The luma of normalised views [V, 3, H, W] as [V, 1, H, W], in `target` where one is given. */
export function toGrey(views: Float32Array, side: number, target?: Float32Array): Float32Array {
  const plane = side * side;
  const count = views.length / (3 * plane);
  const grey = target ?? new Float32Array(count * plane);
  const [red, green, blue] = lumaWeights;
  for (let view = 0; view < count; view += 1)
    for (let at = 0, from = 3 * view * plane; at < plane; at += 1, from += 1)
      grey[view * plane + at] = red * views[from]! + green * views[from + plane]! + blue * views[from + 2 * plane]!;
  return grey;
}
