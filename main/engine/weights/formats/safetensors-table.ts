/** The table of a safetensors file, without its numbers. */
import { DamagedFile } from '../checked-file.ts';
import { listSafetensors } from '../safetensors-header.ts';
import type { ByteSource } from './byte-source.ts';
import { type FloatType, floatBytes, type StoredTensor, storedAt, type TensorFile } from './stored-tensor.ts';

const MOST_HEADER_BYTES = 100_000_000; // the limit of the reference implementation

/** Throws WEIGHTS_INVALID for what the format forbids, DamagedFile. */
export async function readSafetensorsTable(source: ByteSource): Promise<TensorFile> {
  const length = Buffer.from((await source.read(0, 8)).buffer).readBigUInt64LE();
  if (length > BigInt(Math.min(MOST_HEADER_BYTES, source.bytes - 8)))
    throw new DamagedFile(`its header claims ${length} bytes, and the file has ${source.bytes}`);
  const dataStart = 8 + Number(length);
  const header = await source.read(8, Number(length));
  const { entries } = listSafetensors(source.file, header, source.bytes - dataStart);
  const tensors: StoredTensor[] = [];
  const ignored: string[] = [];
  for (const { name, dtype, shape, start, end } of entries) {
    if (isFloat(dtype))
      tensors.push(storedAt({ name, shape, type: dtype }, { source, start: dataStart + start, bytes: end - start }));
    else ignored.push(name);
  }
  return { tensors, ignored };
}

function isFloat(dtype: string): dtype is FloatType {
  return Object.hasOwn(floatBytes, dtype);
}
