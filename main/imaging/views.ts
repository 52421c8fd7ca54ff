import { cropStart, type View, type ViewId, viewOfId } from '../../shared/domain/view-set.ts';
import type { Preprocessing } from '../../shared/networks/network.ts';
import { type RgbImage, resizeCrop } from './resize.ts';

/** A scaled image may hold this many crops before each crop is computed on its own (long panoramas). */
const WHOLE_IMAGE_CROPS = 6;

export type Scaled = { readonly scaledWidth: number; readonly scaledHeight: number };
type Window = Scaled & { readonly left: number; readonly top: number; readonly width: number; readonly height: number };

/** The size at which the short side is `shortSide` pixels, the other side rounded half up. */
export function scaledSize(image: { readonly width: number; readonly height: number }, shortSide: number): Scaled {
  const scale = shortSide / Math.min(image.width, image.height);
  const scaled = (side: number): number => Math.floor(side * scale + 0.5);
  return image.width <= image.height
    ? { scaledWidth: shortSide, scaledHeight: scaled(image.height) }
    : { scaledWidth: scaled(image.width), scaledHeight: shortSide };
}

/** The short side that a photo is resized to for a view of that scale, in pixels. */
export function shortSideOf({ resizeShortSide }: Pick<Preprocessing, 'resizeShortSide'>, scalePercent: number): number {
  return Math.round((resizeShortSide * scalePercent) / 100);
}

/**
 * The views of an image as a network takes them.
 *
 * Returns [views, 3, cropSize, cropSize] float32, (value / 255 - mean) / standard deviation; the resize runs once for all views of
 * a scale. Throws RangeError where the crop is larger than the short side.
 */
export function renderViews(image: RgbImage, preprocessing: Preprocessing, views: readonly ViewId[]): Float32Array {
  const crop = preprocessing.cropSize;
  const wanted = views.map(viewOfId);
  const output = new Float32Array(views.length * 3 * crop * crop);
  for (const scalePercent of new Set(wanted.map((view) => view.scalePercent))) {
    const shortSide = shortSideOf(preprocessing, scalePercent);
    if (crop > shortSide) throw new RangeError(`Crop ${crop} is larger than the resized short side`);
    const scaled = scaledSize(image, shortSide);
    const windowOf = sourceWindows(image, scaled, {
      crop,
      views: wanted.filter((view) => view.scalePercent === scalePercent),
    });
    wanted.forEach((view, index) => {
      if (view.scalePercent !== scalePercent) return;
      const corner = cornerOf(scaled, crop, view);
      const { window, values } = windowOf(view);
      const target = output.subarray(index * 3 * crop * crop, (index + 1) * 3 * crop * crop);
      const start = ((corner.top - window.top) * window.width + corner.left - window.left) * 3;
      normalise({ values, start, rowLength: window.width * 3, mirrored: view.mirrored }, preprocessing, target);
    });
  }
  return output;
}

type Place = Pick<View, 'across' | 'down'>;

function cornerOf(scaled: Scaled, crop: number, { across, down }: Place) {
  return { left: cropStart(across, scaled.scaledWidth - crop), top: cropStart(down, scaled.scaledHeight - crop) };
}

/** Where the centre crop begins; both views and distortions ask here. */
export function centreCorner(scaled: Scaled, crop: number): { readonly left: number; readonly top: number } {
  return cornerOf(scaled, crop, viewOfId('centre'));
}

/** Resizes either all that the views need at once, or each place on its own when the scaled image is very long. */
function sourceWindows(
  image: RgbImage,
  scaled: Scaled,
  request: { readonly crop: number; readonly views: readonly Place[] },
): (place: Place) => { readonly window: Window; readonly values: Float32Array } {
  const { crop, views } = request;
  const keyOf = ({ across, down }: Place): string => `${across},${down}`;
  const places = new Set(views.map(keyOf)).size;
  const area = scaled.scaledWidth * scaled.scaledHeight;
  const known = new Map<string, { readonly window: Window; readonly values: Float32Array }>();
  const shared = places > 1 && area <= Math.max(WHOLE_IMAGE_CROPS, places) * crop * crop;
  return (place) => {
    const key = shared ? 'all' : keyOf(place);
    const found = known.get(key);
    if (found !== undefined) return found;
    const window = shared
      ? { ...scaled, left: 0, top: 0, width: scaled.scaledWidth, height: scaled.scaledHeight }
      : { ...scaled, ...cornerOf(scaled, crop, place), width: crop, height: crop };
    const made = { window, values: resizeCrop(image, window) };
    known.set(key, made);
    return made;
  };
}

/** Interleaved [0, 255] rows into one planar, normalised [3, crop, crop] view. */
function normalise(
  source: {
    readonly values: Float32Array;
    readonly start: number;
    readonly rowLength: number;
    readonly mirrored: boolean;
  },
  preprocessing: Preprocessing,
  target: Float32Array,
): void {
  const crop = preprocessing.cropSize;
  for (let channel = 0; channel < 3; channel += 1) {
    const mean = preprocessing.mean[channel]!;
    const deviation = preprocessing.standardDeviation[channel]!;
    for (let row = 0; row < crop; row += 1) {
      const offset = source.start + row * source.rowLength + channel;
      const out = (channel * crop + row) * crop;
      for (let column = 0; column < crop; column += 1) {
        const value = source.values[offset + column * 3]!;
        target[out + (source.mirrored ? crop - 1 - column : column)] = (value / 255 - mean) / deviation;
      }
    }
  }
}
