/** From a file's bytes to a distorted, normalised network input; runs in the loading threads. */
import type { AugmentationPolicy } from '../../../shared/domain/augmentation.ts';
import type { Preprocessing } from '../../../shared/networks/network.ts';
import { decodeImage, type ImageHeader, readImageHeader } from '../decode.ts';
import { type Drawn, type DrawTarget, drawAugmentation, type ViewSource } from './draw.ts';
import { neededShortSide, renderInput } from './render.ts';

/** Raise it with every change of a drawn view or of its pixels, however small: cached views depend on it. */
export const distorterVersion = 'distort-1';

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
 * centre crop, so that the identity policy gives the centre view bit for bit. Throws as decodeImage.
 */
export async function augmentedInput(
  bytes: Buffer,
  request: AugmentedRequest,
  place: { readonly preprocessing: Preprocessing; readonly target?: Float32Array },
): Promise<Float32Array> {
  const { preprocessing, target = new Float32Array(3 * preprocessing.cropSize ** 2) } = place;
  const header = await readImageHeader(bytes);
  const drawn = drawFor(header, request, preprocessing);
  const shrinkToShortSide = neededShortSide(drawn);
  const image = await decodeImage(bytes, { header, ...(shrinkToShortSide !== null && { shrinkToShortSide }) });
  await renderInput(image, drawn, { preprocessing, target });
  return target;
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
