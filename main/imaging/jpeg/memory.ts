/** The WebAssembly module of baseline.c and thumbnail.c, and its memory, which is laid out anew for every picture. */
import { baselineBase64 } from './baseline-binary.ts';

export type Place = number; // an offset in the memory, a multiple of 16
export type Kernels = {
  readonly memory: { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number };
  readonly __heap_base: { readonly value: number };
  readonly table_bytes: () => number;
  readonly build: (counts: Place, symbolCount: number, table: Place) => number;
  readonly decode: (bytes: Place, length: number, scan: Place) => number;
  readonly colour: (
    ...args: [scan: Place, width: number, ...box: [number, number, number, number], sums: Place, output: Place]
  ) => void;
  readonly fill_taps: (
    ...args: [
      taps: Place,
      starts: Place,
      weights: Place,
      inputs: number,
      extent: number,
      step: number,
      ratio: number,
      isFlipped: number,
      shares: Place,
    ]
  ) => void;
  readonly scale: (
    ...args: [plane: Place, stride: number, down: Place, across: Place, band: Place, turned: Place, to: Place]
  ) => void;
  readonly look: (plane: Place, stride: number, spans: Place, sums: Place, cells: Place) => void;
  readonly encode: (picture: Place, to: Place) => number;
};

const PAGE_BYTES = 65_536;
const KEPT_BYTES = 64 * 1024 * 1024; // a memory never shrinks: one that a huge picture has blown up is given back
const GRAIN = 16; // vectors are read up to 16 bytes beyond an end

/** As much of the global WebAssembly as is used here; the types of Node have none. */
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object) => { readonly exports: Kernels };
  };
};
const compiled = new WebAssembly.Module(Buffer.from(baselineBase64, 'base64'));
let instance = new WebAssembly.Instance(compiled).exports;
let next: Place = 0;

/** Frees everything that was reserved, and gives the functions; what they returned before is no longer valid. */
export function beginLayout(): Kernels {
  if (instance.memory.buffer.byteLength > KEPT_BYTES) instance = new WebAssembly.Instance(compiled).exports;
  next = align(instance.__heap_base.value);
  return instance;
}

export function kernels(): Kernels {
  return instance;
}

export function reserve(byteCount: number): Place {
  const place = next;
  next = align(next + byteCount + GRAIN);
  const missing = next - instance.memory.buffer.byteLength;
  if (missing > 0) instance.memory.grow(Math.ceil(missing / PAGE_BYTES));
  return place;
}

export function put(values: Uint8Array | Uint16Array | Int16Array | Int32Array | Uint32Array): Place {
  const place = reserve(values.byteLength);
  const source = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  new Uint8Array(instance.memory.buffer, place, values.byteLength).set(source);
  return place;
}

/** Valid until anything else is reserved. */
export function bytesAt(place: Place, byteCount: number): Uint8Array {
  return new Uint8Array(instance.memory.buffer, place, byteCount);
}

function align(place: number): number {
  return Math.ceil(place / GRAIN) * GRAIN;
}
