import { type FileHandle, open } from 'node:fs/promises';
import { AppError } from '../../../shared/contract/errors.ts';
import type { NamedTensor, Weights } from '../../../shared/networks/network.ts';
import { writeFileAtomically } from '../../kernel/atomic-write.ts';
import { systemErrorCode } from '../../kernel/system-error.ts';
import { bfloat16ToFloat32, float16ToFloat32 } from './half.ts';
import { invalidWeights, parseSafetensorsHeader, quote, type TensorEntry } from './safetensors-header.ts';

const MAX_HEADER_BYTES = 100_000_000; // the limit of the reference implementation
const MAX_FILE_BYTES = 4 * 1024 ** 3;

export type SafetensorsContent = { readonly weights: Weights; readonly metadata: Readonly<Record<string, string>> };

/**
 * Named float32 tensors of a safetensors file (F32, F16, BF16; 16-bit numbers are widened exactly).
 *
 * Strict: anything the format forbids is refused, and so is NaN or infinity in any tensor: no network works with it.
 * Memory: the file's size, doubled at most for 16-bit tensors. Throws WEIGHTS_INVALID, NOT_FOUND or FILE_PERMISSION.
 */
export async function readSafetensors(file: string): Promise<Weights> {
  return (await readSafetensorsContent(file)).weights;
}

/** As readSafetensors, with the file's metadata table. */
export async function readSafetensorsContent(file: string): Promise<SafetensorsContent> {
  const handle = await openWeights(file);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw invalidWeights(file, 'it is not a file');
    const headerBytes = await readHeaderLength(file, handle, stats.size);
    const header = await readBytes(file, handle, { start: 8, length: headerBytes });
    const dataStart = 8 + headerBytes;
    const { entries, metadata } = parseSafetensorsHeader(file, header, stats.size - dataStart);
    const weights = new Map<string, NamedTensor>();
    for (const entry of entries) weights.set(entry.name, await readTensor({ file, handle, dataStart }, entry));
    return { weights, metadata };
  } finally {
    await handle.close();
  }
}

async function openWeights(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new AppError('NOT_FOUND', `${file}: no such weights file. Choose it again.`, { cause: error });
    if (code === 'EACCES' || code === 'EPERM')
      throw new AppError('FILE_PERMISSION', `${file}: may not be read. Allow reading it and try again.`, {
        cause: error,
      });
    throw invalidWeights(file, `it cannot be opened (${code})`, error);
  }
}

async function readHeaderLength(file: string, handle: FileHandle, fileBytes: number): Promise<number> {
  if (fileBytes < 8) throw invalidWeights(file, `it has ${fileBytes} bytes, too few for a header length`);
  if (fileBytes > MAX_FILE_BYTES)
    throw invalidWeights(file, `it has ${fileBytes} bytes, over the limit of ${MAX_FILE_BYTES}`);
  const prefix = await readBytes(file, handle, { start: 0, length: 8 });
  const length = Buffer.from(prefix.buffer).readBigUInt64LE();
  if (length > BigInt(MAX_HEADER_BYTES))
    throw invalidWeights(file, `its header claims ${length} bytes, over the limit of ${MAX_HEADER_BYTES}`);
  if (length > BigInt(fileBytes - 8))
    throw invalidWeights(file, `its header claims ${length} bytes, the file has ${fileBytes - 8} after the length`);
  return Number(length);
}

async function readBytes(
  file: string,
  handle: FileHandle,
  range: { readonly start: number; readonly length: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(range.length); // own memory, so that its start is aligned for every number format
  for (let done = 0; done < range.length; ) {
    const { bytesRead } = await handle.read(bytes, done, range.length - done, range.start + done);
    if (bytesRead === 0) throw invalidWeights(file, 'it became shorter while it was read');
    done += bytesRead;
  }
  return bytes;
}

async function readTensor(
  source: { readonly file: string; readonly handle: FileHandle; readonly dataStart: number },
  entry: TensorEntry,
): Promise<NamedTensor> {
  const range = { start: source.dataStart + entry.start, length: entry.end - entry.start };
  const { buffer } = await readBytes(source.file, source.handle, range);
  const values = valuesOf(entry, buffer);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw invalidWeights(source.file, `tensor ${quote(entry.name)} holds ${values[bad]} at index ${bad}`);
  return { shape: entry.shape, values };
}

/** Little-endian numbers, as the format has them and as every platform of ours does. */
function valuesOf(entry: TensorEntry, buffer: ArrayBuffer): Float32Array {
  if (entry.dtype === 'F32') return new Float32Array(buffer);
  return entry.dtype === 'F16' ? float16ToFloat32(new Uint16Array(buffer)) : bfloat16ToFloat32(new Uint16Array(buffer));
}

/**
 * Writes weights as F32 safetensors, in the map's order, atomically; what it writes readSafetensors reads.
 *
 * Throws WEIGHTS_INVALID for a reserved name, a shape that does not fit or a value that is not finite (nothing is
 * written then), DISK_FULL, FILE_PERMISSION.
 */
export async function writeSafetensors(
  file: string,
  weights: Weights,
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  await writeFileAtomically(file, safetensorsChunks(weights, metadata, file));
}

/** The bytes of such a file. Throws WEIGHTS_INVALID as writeSafetensors; `file` is named in the message. */
export function safetensorsChunks(
  weights: Weights,
  metadata: Readonly<Record<string, string>>,
  file = 'model.safetensors',
): Uint8Array[] {
  const header: Record<string, unknown> = {};
  if (Object.hasOwn(metadata, '__proto__')) throw invalidWeights(file, 'a metadata key __proto__ cannot be stored');
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata;
  let offset = 0;
  for (const [name, tensor] of weights) {
    checkTensor(file, name, tensor);
    const end = offset + tensor.values.length * 4;
    header[name] = { dtype: 'F32', shape: tensor.shape, data_offsets: [offset, end] };
    offset = end;
  }
  const json = Buffer.from(JSON.stringify(header), 'utf8');
  const padding = (8 - (json.byteLength % 8)) % 8; // spaces: the data starts 8-aligned
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.byteLength + padding));
  const data = [...weights.values()].map(({ values: v }) => new Uint8Array(v.buffer, v.byteOffset, v.byteLength));
  return [length, json, Buffer.alloc(padding, ' '), ...data];
}

function checkTensor(file: string, name: string, { shape, values }: NamedTensor): void {
  if (name === '__metadata__' || name === '__proto__')
    throw invalidWeights(file, `the name ${quote(name)} is reserved`);
  const expected = shape.reduce((product, extent) => product * extent, 1);
  if (expected !== values.length)
    throw invalidWeights(file, `tensor ${quote(name)}: [${shape}] needs ${expected} values, it has ${values.length}`);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw invalidWeights(file, `tensor ${quote(name)} holds ${values[bad]} at index ${bad}`);
}
