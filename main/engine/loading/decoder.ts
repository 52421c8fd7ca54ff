import type { Preprocessing } from '../../../shared/networks/network.ts';
import { decodeImage } from '../../imaging/decode.ts';
import { renderViews } from '../../imaging/views.ts';

type Views = Parameters<typeof renderViews>[2];

/**
 * The views [V, 3, H, W] of an image file's bytes, normalised; the decoder of the loading threads.
 *
 * Decodes at full size: shrinking while decoding changes pixels, and so features. Throws AppError (IMAGE_...).
 */
export async function decodeViews(bytes: Buffer, preprocessing: Preprocessing, views: Views): Promise<Float32Array> {
  return renderViews(await decodeImage(bytes), preprocessing, views);
}
