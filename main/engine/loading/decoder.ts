import type { ColourAxes } from '../../../shared/contract/augmenting.ts';
import type { AugmentationPolicy } from '../../../shared/domain/augmentation.ts';
import type { ViewId } from '../../../shared/domain/view-set.ts';
import type { Preprocessing } from '../../../shared/networks/network.ts';
import { decodeImage } from '../../imaging/decode.ts';
import { augmentedInput } from '../../imaging/distort/augmented-views.ts';
import { toGrey, valuesPerView } from '../../imaging/grey.ts';
import { renderViews } from '../../imaging/views.ts';

/** A view that is drawn: by policy, seed, photo and number alone. */
export type DrawnView = {
  readonly policy: AugmentationPolicy;
  readonly seed: number;
  readonly view: number; // of the epoch, or of the cached view
  readonly epochsDone: number | null; // for the strength's ramp; null: at its end
  readonly colourAxes: ColourAxes | null; // of the training photos, where the policy asks for them
};

/** Views of the evaluation by name, or drawn ones; a request holds one kind. */
export type DecodedView = ViewId | DrawnView;

type DecodeRequest = {
  readonly imageId: string;
  readonly views: readonly DecodedView[];
  readonly target: Float32Array; // [V, C, H, W]
};

/**
 * The views [V, C, H, W] of an image file's bytes, normalised, in `target` where they are drawn; the decoder of the loading threads.
 *
 * Views of the evaluation are decoded at full size: shrinking while decoding changes pixels, and so features. Throws
 * AppError (IMAGE_...).
 */
export async function decodeViews(
  bytes: Buffer,
  preprocessing: Preprocessing,
  { imageId, views, target }: DecodeRequest,
): Promise<Float32Array> {
  const named = views.filter((view) => typeof view === 'string');
  const isGrey = preprocessing.isGrey === true;
  const side = preprocessing.cropSize;
  if (named.length === views.length) {
    const colour = renderViews(await decodeImage(bytes), preprocessing, named);
    return isGrey ? toGrey(colour, side) : colour;
  }
  const length = valuesPerView(preprocessing);
  for (const [at, view] of views.entries()) {
    if (typeof view === 'string') throw new RangeError('Named and drawn views are asked for apart.');
    const { policy, seed, epochsDone, colourAxes } = view;
    const source = { seed, imageId, view: view.view, ...(epochsDone !== null && { epochFraction: epochsDone }) };
    const own = target.subarray(at * length, (at + 1) * length);
    const drawn = { policy, source, ...(colourAxes && { colourAxes }) };
    if (isGrey) toGrey(await augmentedInput(bytes, drawn, { preprocessing }), side, own);
    else await augmentedInput(bytes, drawn, { preprocessing, target: own });
  }
  return target;
}
