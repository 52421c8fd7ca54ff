/** The door to baseline.c: its memory is laid out anew for every picture. */
import type { RgbImage } from '../resize.ts';
import { baselineBase64 } from './baseline-binary.ts';
import type { BaselineComponent, BaselineJpeg } from './segments.ts';

/** Whole pixels [left, right) x [top, bottom) of the picture. */
export type PixelBox = { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };

type Place = number; // an offset in the memory, a multiple of 16
type Decoder = {
  readonly memory: { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number };
  readonly __heap_base: { readonly value: number };
  readonly table_bytes: () => number;
  readonly build: (counts: Place, symbolCount: number, table: Place) => number;
  readonly decode: (bytes: Place, length: number, scan: Place) => number;
  readonly colour: (
    ...args: [scan: Place, width: number, ...box: [number, number, number, number], sums: Place, output: Place]
  ) => void;
};

const PAGE_BYTES = 65_536;
const KEPT_BYTES = 64 * 1024 * 1024; // a memory never shrinks: one that a huge picture has blown up is given back
const LUMA_BLOCK = 8;
const CHROMA_REACH = 2; // pixels beyond the box whose chroma is blended into it
const CHUNK = 16; // pixels that are coloured at a time

/** As much of the global WebAssembly as is used here; the types of Node have none. */
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object) => { readonly exports: Decoder };
  };
};
const compiled = new WebAssembly.Module(Buffer.from(baselineBase64, 'base64'));
let decoder = new WebAssembly.Instance(compiled).exports;
let next: Place = 0;

/**
 * Decodes a part of a picture to 8-bit RGB, with the pixels that libjpeg gives.
 *
 * The result has the picture's size; outside the box its pixels are left over from before, and it is valid until the next call. What
 * lies below the box is not read. null: damaged, or more or fewer bytes than the picture needs; another decoder says which.
 */
export function decodeBaseline(bytes: Uint8Array, jpeg: BaselineJpeg, box?: PixelBox): RgbImage | null {
  const { width, height } = jpeg;
  const { left, top, right, bottom } = { ...{ left: 0, top: 0, right: width, bottom: height }, ...box };
  if (left < 0 || top < 0 || right > width || bottom > height || left >= right || top >= bottom)
    throw new RangeError(`Box outside the picture of ${width} x ${height}: ${JSON.stringify(box)}`);
  beginLayout();
  const coded = bytes.subarray(jpeg.scanStart);
  const codedPlace = put(coded);
  const scan = layOutScan(jpeg, { left, top, right, bottom });
  if (scan === null || decoder.decode(codedPlace, coded.length, scan) === 0) return null;
  const sums = reserve(4 * (paddedWidth(jpeg) + 64) * 2);
  const output = reserve((width * height + CHUNK) * 3);
  const start = Math.floor(left / CHUNK) * CHUNK;
  decoder.colour(scan, width, start, right, top, bottom, sums, output);
  return { width, height, pixels: new Uint8Array(decoder.memory.buffer, output, width * height * 3) };
}

function beginLayout(): void {
  if (decoder.memory.buffer.byteLength > KEPT_BYTES) decoder = new WebAssembly.Instance(compiled).exports;
  next = align(decoder.__heap_base.value);
}

function reserve(byteCount: number): Place {
  const place = next;
  next = align(next + byteCount + CHUNK); // vectors are read up to 16 bytes beyond an end
  const missing = next - decoder.memory.buffer.byteLength;
  if (missing > 0) decoder.memory.grow(Math.ceil(missing / PAGE_BYTES));
  return place;
}

function put(values: Uint8Array | Uint16Array | Int32Array): Place {
  const place = reserve(values.byteLength);
  const source = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  new Uint8Array(decoder.memory.buffer, place, values.byteLength).set(source);
  return place;
}

function align(place: number): number {
  return Math.ceil(place / CHUNK) * CHUNK;
}

function unitsAcross({ width, components }: BaselineJpeg): number {
  return Math.ceil(width / (LUMA_BLOCK * components[0].across));
}

function paddedWidth(jpeg: BaselineJpeg): number {
  return unitsAcross(jpeg) * LUMA_BLOCK * jpeg.components[0].across;
}

/** The struct Scan of baseline.c; null: the codes of a table contradict each other. */
function layOutScan(jpeg: BaselineJpeg, box: PixelBox): Place | null {
  const { components, height, restartInterval } = jpeg;
  const unit = { across: LUMA_BLOCK * components[0].across, down: LUMA_BLOCK * components[0].down };
  const unitsDown = Math.ceil(height / unit.down);
  const tables = new Map<Uint8Array, Place | null>();
  const cells: number[] = [];
  for (const component of components) {
    const [dc, ac] = [component.dc, component.ac].map((table) => tables.get(table) ?? layOutTable(table, tables));
    if (!dc || !ac) return null;
    cells.push(dc, ac, put(component.quantiser), ...planeCells(jpeg, component, unitsDown));
  }
  const first = (from: number, size: number): number => Math.max(0, Math.floor((from - CHROMA_REACH) / size));
  const end = (to: number, size: number, most: number): number => Math.min(most, Math.ceil((to + CHROMA_REACH) / size));
  const across = unitsAcross(jpeg);
  const columns = [first(box.left, unit.across), end(box.right, unit.across, across)];
  const rows = [first(box.top, unit.down), end(box.bottom, unit.down, unitsDown)];
  return put(Int32Array.of(...cells, across, unitsDown, restartInterval, ...columns, ...rows));
}

function layOutTable(table: Uint8Array, tables: Map<Uint8Array, Place | null>): Place | null {
  const place = reserve(decoder.table_bytes());
  const built = decoder.build(put(table), table.length - 16, place) === 1 ? place : null;
  tables.set(table, built);
  return built;
}

/** Plane, its row's bytes, blocks of a unit, samples that count, whether a row stands for two. */
function planeCells(jpeg: BaselineJpeg, { across, down }: BaselineComponent, unitsDown: number): readonly number[] {
  const [luma] = jpeg.components;
  const stride = unitsAcross(jpeg) * LUMA_BLOCK * across;
  const plane = reserve(stride * unitsDown * LUMA_BLOCK * down);
  const width = Math.ceil((jpeg.width * across) / luma.across);
  const height = Math.ceil((jpeg.height * down) / luma.down);
  return [plane, stride, across, down, width, height, luma.down > down ? 1 : 0];
}
