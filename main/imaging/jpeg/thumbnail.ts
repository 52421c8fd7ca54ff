/** Thumbnail and look of a plain JPEG, straight from its luma and chroma. */
import { type CodingTables, chromaCodes, codingTables, lumaCodes } from './codes.ts';
import { bytesAt, kernels, type Place, put, reserve } from './memory.ts';
import { type BlockSide, type DecodedScan, decodeScan, type Plane } from './scan.ts';
import type { BaselineJpeg } from './segments.ts';

export type ShrunkJpeg = {
  readonly thumbnail: Buffer; // a JPEG, upright, with the colour profile of the picture where it has one
  readonly look: Uint8Array; // [32, 32] mean luma as stored, upright, else as lookOf gives
};
export type ShrinkOptions = {
  readonly longSidePixels: number; // of the thumbnail, which is never enlarged
  readonly leastShortSidePixels: number; // the picture may be halved up to three times while decoding, while it keeps these
  readonly quality: number; // 50 to 86
};
type Extent = { readonly width: number; readonly height: number };
type Turn = { readonly flipsX: boolean; readonly flipsY: boolean; readonly swaps: boolean };

const BLOCK = 8;
const UNIT = 16; // pixels a side: chroma is halved
const LOOK_SIDE = 32;
const LEAST_SIDE = 16; // of a thumbnail: narrower ones are for another
const MOST_PROFILE_BYTES = 4096; // sRGB as most programs write it has 3,144
const MOST_SAMPLES = 16_000_000;
const CUBIC_REACH = 2; // in pixels of the smaller picture
const CODED_BYTES_A_SAMPLE = 8; // 26 bits at most, and each byte may need a second one
/** How the stored picture becomes upright, by EXIF orientation 1 to 8. */
const TURNS: readonly Turn[] = ['', 'x', 'xy', 'y', 's', 'ys', 'xys', 'xs'].map((text) => ({
  flipsX: text.includes('x'),
  flipsY: text.includes('y'),
  swaps: text.includes('s'), // rows and columns, after the flips
}));
const tablesByQuality = new Map<number, CodingTables>();

/** null: damaged, or too large or too narrow for this way, or with a profile too large for a thumbnail; another one takes it. */
export function shrinkBaseline(bytes: Uint8Array, jpeg: BaselineJpeg, options: ShrinkOptions): ShrunkJpeg | null {
  const side = sideOf(jpeg, options.leastShortSidePixels);
  const thumbnail = fitInside(jpeg, options.longSidePixels);
  const samples = (jpeg.width * jpeg.height * side * side) / (BLOCK * BLOCK);
  if ((jpeg.profile?.length ?? 0) > MOST_PROFILE_BYTES) return null;
  if (samples > MOST_SAMPLES || Math.min(thumbnail.width, thumbnail.height) < LEAST_SIDE) return null;
  const box = { left: 0, top: 0, right: jpeg.width, bottom: jpeg.height };
  const decoded = decodeScan(bytes, jpeg, { box, side });
  if (decoded === null) return null;
  const turn = TURNS[jpeg.exifOrientation - 1]!;
  const look = lookAt(decoded, turn);
  const tapsOf = (index: 0 | 1): readonly [across: Taps, down: Taps] => {
    const step = index === 0 ? 1 : 2; // pixels of the thumbnail for one of its samples
    const plane = decoded.planes[index];
    const { across, down } = jpeg.components[index];
    const [luma] = jpeg.components;
    const ratioX = (jpeg.width * side * across) / (BLOCK * luma.across * thumbnail.width);
    const ratioY = (jpeg.height * side * down) / (BLOCK * luma.down * thumbnail.height);
    const x = { inputs: plane.width, extent: thumbnail.width, step, ratio: ratioX, isFlipped: turn.flipsX };
    const y = { inputs: plane.height, extent: thumbnail.height, step, ratio: ratioY, isFlipped: turn.flipsY };
    return [layOutTaps(x), layOutTaps(y)];
  };
  const [luma, chroma] = [tapsOf(0), tapsOf(1)]; // both chroma planes have the same
  const planes = decoded.planes.map((plane, index) => scalePlane(plane, ...(index === 0 ? luma : chroma)));
  const upright = turn.swaps ? { width: thumbnail.height, height: thumbnail.width } : thumbnail;
  const coding = { ...upright, isTurned: !turn.swaps, quality: options.quality, profile: jpeg.profile };
  return { thumbnail: encode(planes, coding), look };
}

function sideOf({ width, height }: Extent, leastShortSide: number): BlockSide {
  const available = Math.min(width, height);
  const factor = [8, 4, 2].find((each) => Math.floor(available / each) >= leastShortSide) ?? 1;
  return (BLOCK / factor) as BlockSide;
}

function fitInside({ width, height }: Extent, longSide: number): Extent {
  const factor = Math.min(1, longSide / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
}

/** One direction of scaling, as fill_taps of thumbnail.c has it. */
type Scaling = {
  readonly inputs: number;
  readonly extent: number;
  readonly step: number;
  readonly ratio: number;
  readonly isFlipped: boolean;
};
/** Laid out for `scale`: which samples each output is blended of. */
type Taps = { readonly place: Place; readonly outputs: number };
/** The samples lie turned over: [x][y]. */
type TurnedPlane = { readonly place: Place; readonly stride: number };

function scalePlane({ place, stride }: Plane, across: Taps, down: Taps): TurnedPlane {
  const band = reserve(UNIT * stride);
  const turned = reserve(stride * down.outputs);
  const result = reserve(across.outputs * down.outputs);
  kernels().scale(place, stride, down.place, across.place, band, turned, result);
  return { place: result, stride: down.outputs };
}

function layOutTaps({ inputs, extent, step, ratio, isFlipped }: Scaling): Taps {
  const outputs = Math.ceil(Math.ceil(extent / step) / UNIT) * UNIT;
  const reach = CUBIC_REACH * Math.max(1, ratio * step);
  const taps = Math.ceil((Math.ceil(reach) * 2) / 2) * 2;
  const starts = reserve(outputs * Int32Array.BYTES_PER_ELEMENT);
  const weights = reserve(outputs * taps * Int16Array.BYTES_PER_ELEMENT);
  const place = put(Int32Array.of(outputs, taps, starts, weights));
  const shares = reserve(taps * Float32Array.BYTES_PER_ELEMENT);
  kernels().fill_taps(place, starts, weights, inputs, extent, step, ratio, Number(isFlipped), shares);
  return { place, outputs };
}

/** Cells are cut out of the upright picture. */
function lookAt({ planes: [{ place, stride, width, height }] }: DecodedScan, turn: Turn): Uint8Array {
  const spans = put(Int32Array.of(...spansOf(width, turn.flipsX), ...spansOf(height, turn.flipsY)));
  const sums = reserve(stride * Uint32Array.BYTES_PER_ELEMENT);
  const cells = reserve(LOOK_SIDE * LOOK_SIDE);
  kernels().look(place, stride, spans, sums, cells);
  const stored = bytesAt(cells, LOOK_SIDE * LOOK_SIDE);
  if (!turn.swaps) return stored.slice();
  return stored.map((_, at) => stored[(at % LOOK_SIDE) * LOOK_SIDE + Math.floor(at / LOOK_SIDE)]!);
}

/** First and last (exclusive) sample of 32 cells. */
function spansOf(extent: number, isFlipped: boolean): readonly number[] {
  const edge = (cell: number): number => Math.floor((cell * extent) / LOOK_SIDE);
  const spans: number[] = [];
  for (let cell = 0; cell < LOOK_SIDE; cell += 1)
    if (isFlipped) spans.push(extent - edge(cell + 1), extent - edge(cell));
    else spans.push(edge(cell), edge(cell + 1));
  return spans;
}

type Coding = Extent & {
  readonly isTurned: boolean;
  readonly quality: number;
  readonly profile: Uint8Array | null; // of a segment, without its marker and length
};

function encode(planes: readonly TurnedPlane[], { width, height, isTurned, quality, profile }: Coding): Buffer {
  const tables = tablesByQuality.get(quality) ?? codingTables(quality);
  tablesByQuality.set(quality, tables);
  const order = isTurned ? tables.turned : tables.straight;
  const [luma, chroma] = [lumaCodes, chromaCodes].map(({ dc, ac }) => [put(dc), put(ac)]);
  const [lumaSteps, chromaSteps] = [put(order.lumaReciprocals), put(order.chromaReciprocals)];
  const components = planes.flatMap(({ place, stride }, index) =>
    index === 0 ? [...luma!, lumaSteps, place, stride, 2, 2] : [...chroma!, chromaSteps, place, stride, 1, 1],
  );
  const units = [Math.ceil(width / UNIT), Math.ceil(height / UNIT)] as const;
  const orders = [put(order.natural), put(order.zigzag)];
  const picture = put(Int32Array.of(...components, ...units, Number(isTurned), ...orders));
  const coded = reserve(units[0] * units[1] * UNIT * UNIT * 1.5 * CODED_BYTES_A_SAMPLE);
  const codedBytes = kernels().encode(picture, coded);
  return Buffer.concat([tables.headerOf(width, height, profile), bytesAt(coded, codedBytes)]);
}
