import type { ViewSet } from '../../shared/domain/ids.ts';
import type { Preprocessing } from '../../shared/networks/network.ts';
import { type RgbImage, resizeCrop } from './resize.ts';

type Place = 'centre' | 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right';
export type ViewId = Place | `${Place}.mirror`;

const PLACES: readonly Place[] = ['centre', 'top-left', 'top-right', 'bottom-left', 'bottom-right'];

export const viewSets: Readonly<Record<ViewSet, readonly ViewId[]>> = {
  centre: ['centre'],
  mirror: ['centre', 'centre.mirror'],
  'ten-crop': PLACES.flatMap((place): ViewId[] => [place, `${place}.mirror`]),
};

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

/**
 * The views of an image as a network takes them.
 *
 * Returns [views, 3, cropSize, cropSize] float32, (value / 255 - mean) / standard deviation; the resize runs once for all views.
 * Throws RangeError where the crop is larger than the short side.
 */
export function renderViews(image: RgbImage, preprocessing: Preprocessing, views: readonly ViewId[]): Float32Array {
  const crop = preprocessing.cropSize;
  const scaled = scaledSize(image, preprocessing.resizeShortSide);
  if (crop > preprocessing.resizeShortSide) throw new RangeError(`Crop ${crop} is larger than the resized short side`);
  const windows = sourceWindows(image, scaled, { crop, views });
  const output = new Float32Array(views.length * 3 * crop * crop);
  views.forEach((view, index) => {
    const place = placeOf(view);
    const corner = placeCorner(scaled, crop, place);
    const { window, values } = windows(place);
    const target = output.subarray(index * 3 * crop * crop, (index + 1) * 3 * crop * crop);
    const start = ((corner.top - window.top) * window.width + corner.left - window.left) * 3;
    const mirrored = view.endsWith('.mirror');
    normalise({ values, start, rowLength: window.width * 3, mirrored }, preprocessing, target);
  });
  return output;
}

function placeOf(view: ViewId): Place {
  const place = view.replace('.mirror', '');
  return PLACES.find((known) => known === place) ?? 'centre';
}

function placeCorner(scaled: Scaled, crop: number, place: Place): { readonly left: number; readonly top: number } {
  const right = scaled.scaledWidth - crop;
  const bottom = scaled.scaledHeight - crop;
  if (place === 'centre') return centreCorner(scaled, crop);
  return { left: place.endsWith('right') ? right : 0, top: place.startsWith('bottom') ? bottom : 0 };
}

/** Where the centre crop begins; both views and distortions ask here. */
export function centreCorner(scaled: Scaled, crop: number): { readonly left: number; readonly top: number } {
  return { left: halfToEven(scaled.scaledWidth - crop), top: halfToEven(scaled.scaledHeight - crop) };
}

/** Half of a whole number, ties to the even one: where torchvision's CenterCrop puts the crop. */
function halfToEven(doubled: number): number {
  const floor = Math.floor(doubled / 2);
  return doubled % 2 === 0 || floor % 2 === 0 ? floor : floor + 1;
}

/** Resizes either all that the views need at once, or each place on its own when the scaled image is very long. */
function sourceWindows(
  image: RgbImage,
  scaled: Scaled,
  request: { readonly crop: number; readonly views: readonly ViewId[] },
): (place: Place) => { readonly window: Window; readonly values: Float32Array } {
  const { crop, views } = request;
  const single = new Set(views.map(placeOf)).size === 1;
  const area = scaled.scaledWidth * scaled.scaledHeight;
  const known = new Map<Place | 'all', { readonly window: Window; readonly values: Float32Array }>();
  const shared = !single && area <= WHOLE_IMAGE_CROPS * crop * crop;
  return (place) => {
    const key = shared ? 'all' : place;
    const found = known.get(key);
    if (found !== undefined) return found;
    const window = shared
      ? { ...scaled, left: 0, top: 0, width: scaled.scaledWidth, height: scaled.scaledHeight }
      : { ...scaled, ...placeCorner(scaled, crop, place), width: crop, height: crop };
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
