/** From a file's bytes to a distorted, normalised network input; runs in the loading threads. */
import type { AugmentationPolicy } from '../../../shared/domain/augmentation.ts';
import type { Preprocessing } from '../../../shared/networks/network.ts';
import { decodeImage, type ImageHeader, readImageHeader, shrinkFactor } from '../decode.ts';
import { decodeBaseline } from '../jpeg/baseline.ts';
import { type BaselineJpeg, readBaseline } from '../jpeg/segments.ts';
import { type Drawn, type DrawTarget, drawAugmentation, type ViewSource } from './draw.ts';
import { neededPixels, neededShortSide, renderInput } from './render.ts';

export type AugmentedRequest = {
  readonly policy: AugmentationPolicy;
  readonly source: ViewSource;
  readonly colourAxes?: DrawTarget['colourAxes'];
};

/**
 * Decodes, distorts and normalises one photo.
 *
 * Returns [3, cropSize, cropSize] float32, normalised as in evaluation, in `target` where one is given (a slot of a mini-batch).
 * A JPEG is shrunk while decoding by 2, 4 or 8 where the drawn view keeps the pixels that it needs; never where it is the evaluation's
 * centre crop, so that the identity policy gives the centre view bit for bit. Of a plain JPEG only what the view shows is decoded: the
 * caller knows by its hash that the file is the one that was read as a whole when it was imported. Throws as decodeImage.
 */
export async function augmentedInput(
  bytes: Buffer,
  request: AugmentedRequest,
  place: { readonly preprocessing: Preprocessing; readonly target?: Float32Array },
): Promise<Float32Array> {
  const { preprocessing, target = new Float32Array(3 * preprocessing.cropSize ** 2) } = place;
  const plain = readBaseline(bytes);
  const header = plain === null ? await readImageHeader(bytes) : null;
  const photo = header ?? headerOf(plain!);
  const drawn = drawFor(photo, request, preprocessing);
  const shrinkToShortSide = neededShortSide(drawn) ?? undefined;
  const isWhole = shrinkFactor(photo, shrinkToShortSide) === 1;
  const part = plain !== null && isWhole ? decodeBaseline(bytes, plain, neededPixels(drawn)) : null;
  const known = { ...(header && { header }), ...(shrinkToShortSide !== undefined && { shrinkToShortSide }) };
  const image = part ?? (await decodeImage(bytes, known));
  await renderInput(image, drawn, { preprocessing, target });
  return target;
}

function headerOf({ width, height }: BaselineJpeg): Pick<ImageHeader, 'format' | 'width' | 'height'> {
  return { format: 'jpeg', width, height };
}

/** What augmentedInput draws for a photo of that size. */
export function drawFor(
  photo: Pick<ImageHeader, 'width' | 'height'>,
  { policy, source, colourAxes }: AugmentedRequest,
  { cropSize, resizeShortSide }: Preprocessing,
): Drawn {
  const axes = colourAxes === undefined ? {} : { colourAxes };
  return drawAugmentation(policy, source, { photo, cropSize, resizeShortSide, ...axes });
}
