/** Tensors that still lie in their files: where, in which number format, and how to read a piece of one. */
import type { Shape } from '../../../../shared/networks/network.ts';
import { DamagedFile } from '../checked-file.ts';
import { bfloat16ToFloat32, float16ToFloat32 } from '../half.ts';
import { type ByteSource, requireInside } from './byte-source.ts';

export const floatBytes = { F64: 8, F32: 4, F16: 2, BF16: 2 } as const;
export type FloatType = keyof typeof floatBytes;

export type Extent = { readonly source: ByteSource; readonly start: number; readonly bytes: number };

export type StoredTensor = {
  readonly name: string;
  readonly shape: Shape;
  readonly type: FloatType; // little endian
  readonly extents: readonly Extent[]; // one behind the other
  readonly strides: readonly number[] | null; // in elements, from the first extent's start; null: row-major, nothing between
};

/** What a reader found. Tensors of whole numbers, counters as they are, are only named. */
export type TensorFile = {
  readonly tensors: readonly StoredTensor[];
  readonly ignored: readonly string[];
};

export const MOST_TENSORS = 100_000;
const MOST_RANK = 8;

/** How many elements a shape has. Throws DamagedFile where that is no number of a tensor. */
export function elementsOf(shape: Shape): number {
  if (shape.length > MOST_RANK) throw new DamagedFile(`a tensor has ${shape.length} dimensions`);
  const count = shape.reduce((product, extent) => product * extent, 1);
  const isCount = shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0);
  if (!isCount || !Number.isSafeInteger(count)) throw new DamagedFile(`a tensor has the shape [${shape.slice(0, 8)}]`);
  return count;
}

/** A row-major tensor in one piece; throws DamagedFile where bytes and shape do not agree or the source is left. */
export function storedAt(
  tensor: Pick<StoredTensor, 'name' | 'shape' | 'type'>,
  { source, start, bytes }: Extent,
): StoredTensor {
  const needed = elementsOf(tensor.shape) * floatBytes[tensor.type];
  if (needed !== bytes)
    throw new DamagedFile(
      `${quoted(tensor.name)}: ${tensor.type} [${tensor.shape}] needs ${needed} bytes, it has ${bytes}`,
    );
  requireInside(source.bytes, start, bytes);
  return { ...tensor, extents: [{ source, start, bytes }], strides: null };
}

/** Elements `from` to `from + count` in row-major order, as float32 (float64 is rounded, 16 bits are widened exactly). */
export async function readElements(tensor: StoredTensor, from: number, count: number): Promise<Float32Array> {
  requireInside(elementsOf(tensor.shape), from, count);
  if (tensor.strides !== null) return (await gathered(tensor, tensor.strides)).subarray(from, from + count);
  const width = floatBytes[tensor.type];
  return asFloat32(await readAcross(tensor.extents, from * width, count * width), tensor.type);
}

/** A name from a file made harmless for a message: JSON escapes, at most 80 characters. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
}

async function readAcross(extents: readonly Extent[], start: number, length: number): Promise<ArrayBuffer> {
  const first = extents[0];
  if (first !== undefined && start + length <= first.bytes)
    return (await first.source.read(first.start + start, length)).buffer;
  const bytes = new Uint8Array(length);
  let [skipped, done] = [start, 0];
  for (const { source, start: at, bytes: extentBytes } of extents) {
    const take = Math.min(extentBytes - skipped, length - done);
    if (take > 0) {
      bytes.set(await source.read(at + skipped, take), done);
      done += take;
    }
    skipped = Math.max(0, skipped - extentBytes);
  }
  if (done !== length) throw new DamagedFile('a tensor is shorter than its shape says');
  return bytes.buffer;
}

function asFloat32(buffer: ArrayBuffer, type: FloatType): Float32Array {
  switch (type) {
    case 'F32':
      return new Float32Array(buffer);
    case 'F64':
      return new Float32Array(new Float64Array(buffer));
    case 'F16':
      return float16ToFloat32(new Uint16Array(buffer));
    case 'BF16':
      return bfloat16ToFloat32(new Uint16Array(buffer));
  }
}

/** All elements of a tensor whose elements do not lie one behind the other. */
async function gathered({ shape, extents, type }: StoredTensor, strides: readonly number[]): Promise<Float32Array> {
  const bytes = extents.reduce((sum, extent) => sum + extent.bytes, 0);
  const stored = asFloat32(await readAcross(extents, 0, bytes), type);
  const values = new Float32Array(elementsOf(shape));
  const index = new Array<number>(shape.length).fill(0);
  let offset = 0;
  for (let at = 0; at < values.length; at += 1) {
    values[at] = stored[offset]!;
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      offset += strides[axis]!;
      index[axis]! += 1;
      if (index[axis]! < shape[axis]!) break;
      offset -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return values;
}
