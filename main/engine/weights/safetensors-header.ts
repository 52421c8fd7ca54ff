import { z } from 'zod';
import { AppError } from '../../../shared/contract/errors.ts';
import { findForbiddenKey } from './duplicate-keys.ts';

export const DTYPE_BYTES = { F32: 4, F16: 2, BF16: 2 } as const;
export type Dtype = keyof typeof DTYPE_BYTES;

/** Every number format of whole bytes that the format has. */
const allDtypeBytes: Readonly<Record<string, number>> = {
  ...DTYPE_BYTES,
  ...{ F64: 8, I64: 8, U64: 8, I32: 4, U32: 4, I16: 2, U16: 2, I8: 1, U8: 1, BOOL: 1, F8_E4M3: 1, F8_E5M2: 1 },
};

const Entry = z.strictObject({
  dtype: z.string().max(16),
  shape: z.array(z.int().nonnegative()).max(8),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});
const Metadata = z.record(z.string(), z.string());

export type ListedEntry = {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly start: number; // bytes from the start of the data
  readonly end: number;
};
export type TensorEntry = ListedEntry & { readonly dtype: Dtype };
export type SafetensorsHeader<E extends ListedEntry = TensorEntry> = {
  readonly entries: readonly E[]; // by offset: they tile the data without hole or overlap
  readonly metadata: Readonly<Record<string, string>>;
};

/** A failure of weights: what, where, why, what to do now. */
export function invalidWeights(file: string, why: string, cause?: unknown): AppError {
  return new AppError(
    'WEIGHTS_INVALID',
    `${file}: not a usable safetensors file: ${why}. Get the file again from its source, or export it anew.`,
    { cause },
  );
}

/** The header of a file whose tensors are all floats that readSafetensors reads. Throws WEIGHTS_INVALID. */
export function parseSafetensorsHeader(file: string, headerBytes: Uint8Array, dataBytes: number): SafetensorsHeader {
  const { entries, metadata } = listSafetensors(file, headerBytes, dataBytes);
  return { entries: entries.map((entry) => ({ ...entry, dtype: requireRead(file, entry) })), metadata };
}

/** The header of a safetensors file, checked against the `dataBytes` that follow it. Throws WEIGHTS_INVALID. */
export function listSafetensors(
  file: string,
  headerBytes: Uint8Array,
  dataBytes: number,
): SafetensorsHeader<ListedEntry> {
  const json = decodeText(file, headerBytes);
  const header = parseObject(file, json);
  const entries: ListedEntry[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') metadata = parseMetadata(file, value);
    else entries.push(parseEntry(file, name, value));
  }
  entries.sort((a, b) => a.start - b.start || a.end - b.end);
  checkTiling(file, entries, dataBytes);
  return { entries, metadata };
}

function decodeText(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw invalidWeights(file, 'its header is not UTF-8 text', error);
  }
}

function parseObject(file: string, json: string): object {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw invalidWeights(file, 'its header is not JSON', error);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidWeights(file, 'its header is JSON but not an object');
  const forbidden = findForbiddenKey(json);
  if (forbidden?.reason === 'proto') throw invalidWeights(file, 'its header has a key __proto__');
  if (forbidden) throw invalidWeights(file, `its header has the key ${quote(forbidden.key)} twice`);
  return value;
}

function parseMetadata(file: string, value: unknown): Record<string, string> {
  const parsed = Metadata.safeParse(value);
  if (!parsed.success) throw invalidWeights(file, '__metadata__ is not a table of texts', parsed.error);
  return parsed.data;
}

function requireRead(file: string, { name, dtype }: ListedEntry): Dtype {
  if (isDtype(dtype)) return dtype;
  throw invalidWeights(
    file,
    `tensor ${quote(name)} has the number format ${quote(dtype)}; only F32, F16 and BF16 can be read`,
  );
}

function parseEntry(file: string, name: string, value: unknown): ListedEntry {
  const parsed = Entry.safeParse(value);
  if (!parsed.success)
    throw invalidWeights(file, `tensor ${quote(name)}: dtype, shape or data_offsets are malformed`, parsed.error);
  const { dtype, shape, data_offsets } = parsed.data;
  const width = Object.hasOwn(allDtypeBytes, dtype) ? allDtypeBytes[dtype] : undefined;
  if (width === undefined)
    throw invalidWeights(
      file,
      `tensor ${quote(name)} has the number format ${quote(dtype)}; only F32, F16 and BF16 can be read`,
    );
  const [start, end] = data_offsets;
  if (end < start) throw invalidWeights(file, `tensor ${quote(name)} ends (${end}) before it starts (${start})`);
  const bytes = shape.reduce((product, extent) => product * extent, width);
  if (bytes !== end - start)
    throw invalidWeights(
      file,
      `tensor ${quote(name)}: ${dtype} [${shape}] needs ${bytes} bytes, it has ${end - start}`,
    );
  return { name, dtype, shape, start, end };
}

function isDtype(dtype: string): dtype is Dtype {
  return Object.hasOwn(DTYPE_BYTES, dtype);
}

function checkTiling(file: string, entries: readonly ListedEntry[], dataBytes: number): void {
  let covered = 0;
  for (const { name, start, end } of entries) {
    if (end > dataBytes)
      throw invalidWeights(file, `tensor ${quote(name)} reaches to byte ${end} of ${dataBytes}: the file is cut off`);
    if (start < covered) throw invalidWeights(file, `tensor ${quote(name)} overlaps the one before it`);
    if (start > covered)
      throw invalidWeights(file, `${start - covered} bytes before tensor ${quote(name)} belong to none (hole)`);
    covered = end;
  }
  if (covered !== dataBytes) throw invalidWeights(file, `${dataBytes - covered} bytes follow the last tensor`);
}

/** A name from the file, made harmless for a message: JSON escapes, at most 80 characters. */
export function quote(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
}
