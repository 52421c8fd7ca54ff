/** What was drawn for one view of one photo: plain data, enough to make the same pixels again anywhere. */
import type { ColourAxes } from '../../../shared/contract/augmenting.ts';
import type { Border } from '../../../shared/domain/augmentation.ts';

export type PixelSize = { readonly width: number; readonly height: number };

/** What decides a view. No thread, order or clock: the same source gives the same view everywhere. */
export type ViewSource = {
  readonly seed: number;
  readonly imageId: string;
  readonly view: number; // epoch number, or number of the cached view
  readonly epochFraction?: number; // epochs done, for the magnitude's ramp; absent: the magnitude at the end
  readonly magnitude?: number; // 0 to 1, instead of the policy's own
};

/** What is drawn for: the upright photo in full size, the network's input, and the axes for PCA colour of the own photos. */
export type DrawTarget = {
  readonly photo: PixelSize;
  readonly cropSize: number;
  readonly resizeShortSide: number;
  readonly colourAxes?: ColourAxes; // needed where pcaColour.source is 'training-photos'
};

/** Pixels of the upright photo; fractions of pixels are allowed, and parts outside of it. */
export type Box = { readonly left: number; readonly top: number; readonly width: number; readonly height: number };

/** What becomes the crop: a window of the photo scaled as in evaluation, or a box of the photo itself. */
export type DrawnWindow =
  | {
      readonly kind: 'scaled';
      readonly scaledWidth: number;
      readonly scaledHeight: number;
      readonly left: number; // negative in the padding
      readonly top: number;
    }
  | ({ readonly kind: 'box' } & Box);

export type Triple = readonly [number, number, number];
export type Point = readonly [number, number];

export type DrawnWarp = {
  readonly kind: 'elastic' | 'grid';
  readonly deviation: number; // of the displacement, share of the crop side
  readonly smoothness: number; // share of the crop side
  readonly seed: number;
};

export type DrawnErasing = Box & { readonly fill: 'mean' | 'noise'; readonly seed: number }; // whole pixels of the crop

export type Drawn = {
  readonly cropSize: number;
  readonly photo: PixelSize; // upright, before any shrinking
  readonly window: DrawnWindow;
  readonly mirror: boolean;
  readonly flip: boolean;
  readonly rotationDegrees: number; // clockwise as seen
  readonly shearDegrees: Point; // along x, along y
  readonly zoom: number; // 1: none; above 1 is nearer
  readonly cornerShifts: readonly Point[] | null; // top left, top right, bottom right, bottom left; share of the crop side
  readonly warp: DrawnWarp | null;
  readonly border: Border;
  readonly brightness: number; // factor; 1: none
  readonly contrast: number;
  readonly saturation: number;
  readonly hueDegrees: number;
  readonly channelShift: Triple; // 1: the whole range of a channel
  readonly colourAlphas: Triple | null; // PCA colour: one factor an axis
  readonly colourShift: Triple; // what those make of red, green and blue; 1: the whole range
  readonly blurSigmaPixels: number;
  readonly noise: { readonly deviation: number; readonly seed: number } | null; // share of the range
  readonly jpegQuality: number | null;
  readonly erasing: DrawnErasing | null;
};

/** The drawn photo's part that becomes the crop before anything turns or bends it; in pixels of the photo. */
export function boxOf(drawn: Pick<Drawn, 'window' | 'photo' | 'cropSize'>): Box {
  const { window, photo, cropSize } = drawn;
  if (window.kind === 'box') return window;
  const across = photo.width / window.scaledWidth;
  const down = photo.height / window.scaledHeight;
  return {
    left: window.left * across,
    top: window.top * down,
    width: cropSize * across,
    height: cropSize * down,
  };
}

/** Whether nothing but cutting, scaling and mirroring moves pixels. */
export function isAxisAligned(drawn: Drawn): boolean {
  const isStraight = drawn.rotationDegrees === 0 && drawn.shearDegrees.every((degrees) => degrees === 0);
  if (!isStraight || drawn.zoom !== 1 || drawn.cornerShifts !== null || drawn.warp !== null) return false;
  const { left, top, width, height } = boxOf(drawn);
  const slack = 1e-6 * Math.max(drawn.photo.width, drawn.photo.height);
  const fitsAcross = left >= -slack && left + width <= drawn.photo.width + slack;
  return fitsAcross && top >= -slack && top + height <= drawn.photo.height + slack;
}
