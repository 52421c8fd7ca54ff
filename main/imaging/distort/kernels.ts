/** The door to kernels.c: its memory is laid out anew for every view, and all between `beginLayout` and the result runs in one go. */
import { kernelsBase64 } from './kernels-binary.ts';

/** An offset in the kernels' memory, a multiple of 16; valid until the next `beginLayout`. */
export type Place = number;

/** Arguments are places and counts, in the order of kernels.c; pixels are [height, width, 4] float32. */
type Kernels = {
  readonly resize: (
    ...args: [source: Place, rowBytes: number, rows: Place, columns: Place, line: Place, output: Place]
  ) => void;
  readonly farthest: (values: Place, count: number) => number;
  readonly spread: (...args: [rows: Place, starts: Place, weights: Place, side: number, output: Place]) => void;
  readonly sample: (
    ...args: [base: Place, how: Place, across: Place | 0, down: Place | 0, side: number, output: Place]
  ) => void;
  readonly turn: (pixels: Place, side: number, how: number) => void;
  readonly means: (pixels: Place, count: number, output: Place) => void;
  readonly recolour: (pixels: Place, count: number, map: Place) => void;
  readonly planes: (...args: [pixels: Place, count: number, how: Place, output: Place]) => void;
  readonly quick_planes: (...args: [pixels: Place, count: number, how: Place, output: Place]) => void;
  readonly pack: (pixels: Place, count: number, output: Place) => void;
  readonly unpack: (values: Place, count: number, output: Place) => void;
};

const PAGE_BYTES = 65_536;
const ALIGNMENT = 16;
const KEPT_BYTES = 64 * 1024 * 1024; // a memory never shrinks: one that a huge photo has blown up is given back

/** As much of the global WebAssembly as is used here; the types of Node have none. */
type Memory = { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number };
type Instance = {
  readonly exports: Kernels & { readonly memory: Memory; readonly __heap_base: { readonly value: number } };
};
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object) => Instance;
  };
};

const compiled = new WebAssembly.Module(Buffer.from(kernelsBase64, 'base64'));
let instance = new WebAssembly.Instance(compiled);
let next: Place = 0;

/** Forgets all places. */
export function beginLayout(): void {
  if (memory().buffer.byteLength > KEPT_BYTES) instance = new WebAssembly.Instance(compiled);
  next = align(instance.exports.__heap_base.value);
}

export function kernels(): Kernels {
  return instance.exports;
}

/** Room for that many bytes; what is in it is left over from before. */
export function reserve(bytes: number): Place {
  const place = next;
  next = align(next + bytes + ALIGNMENT); // vectors are read up to 16 bytes beyond an end
  const missing = next - memory().buffer.byteLength;
  if (missing > 0) memory().grow(Math.ceil(missing / PAGE_BYTES));
  return place;
}

type Numbers = Uint8Array | Int32Array | Float32Array | Float64Array;

export function put(values: Numbers): Place {
  const place = reserve(values.byteLength);
  putAt(place, values);
  return place;
}

export function putAt(place: Place, values: Numbers): void {
  new Uint8Array(memory().buffer, place, values.byteLength).set(
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  );
}

/** A look into the memory, valid until something is reserved. */
export function floatsAt(place: Place, count: number): Float32Array {
  return new Float32Array(memory().buffer, place, count);
}

export function doublesAt(place: Place, count: number): Float64Array {
  return new Float64Array(memory().buffer, place, count);
}

/** Interleaved RGB of that many pixels, in an array of its own. */
export function packed(pixels: Place, count: number): Float32Array {
  const output = reserve(count * 12);
  kernels().pack(pixels, count, output);
  return floatsAt(output, count * 3).slice();
}

/** Pixels of interleaved RGB. */
export function unpacked(values: Float32Array): Place {
  const count = values.length / 3;
  const output = reserve(count * 16);
  kernels().unpack(put(values), count, output);
  return output;
}

function memory(): Memory {
  return instance.exports.memory;
}

function align(place: number): number {
  return Math.ceil(place / ALIGNMENT) * ALIGNMENT;
}
