import { open } from 'node:fs/promises';
import { z } from 'zod';
import {
  type CheckedFormat,
  DamagedFile,
  readCheckedFile,
  readCheckedHeader,
  readValues,
  writeCheckedFile,
} from '../weights/checked-file.ts';
import { FEATURE_FORMAT_VERSION } from './key.ts';

export const MAX_ROW_LENGTH = 2 ** 26; // values: 256 MiB a row
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const ShardHeader = z.strictObject({
  formatVersion: z.literal(FEATURE_FORMAT_VERSION),
  key: Sha256,
  rowLength: z.int().min(1).max(MAX_ROW_LENGTH),
  images: z.array(Sha256).min(1).max(1_000_000), // row i belongs to images[i]
});
type ShardHeader = z.infer<typeof ShardHeader>;
const format: CheckedFormat<ShardHeader> = {
  schema: ShardHeader,
  valueCount: ({ images, rowLength }) => images.length * rowLength,
};

/** An immutable file of feature rows; `isVerified` once its checksum was compared in this process. */
export type Shard = {
  readonly file: string;
  readonly images: readonly string[];
  readonly rowLength: number;
  readonly payloadStart: number; // bytes
  isVerified: boolean;
};
export type ShardIdentity = { readonly key: string; readonly rowLength: number };

/** Opens a shard by its header; its rows are not yet verified. Throws DamagedFile, also for a shard of another cache. */
export async function openShard(file: string, identity: ShardIdentity): Promise<Shard> {
  const { header, payloadStart } = await readCheckedHeader(file, format);
  checkIdentity(header, identity);
  const { images, rowLength } = header;
  return { file, images, rowLength, payloadStart, isVerified: false };
}

/** Writes rows [images.length, rowLength] as a new shard. Throws DISK_FULL, FILE_PERMISSION. */
export async function writeShard(
  file: string,
  identity: ShardIdentity,
  rows: { readonly images: readonly string[]; readonly values: Float32Array },
): Promise<Shard> {
  const header: ShardHeader = { formatVersion: FEATURE_FORMAT_VERSION, ...identity, images: [...rows.images] };
  await writeCheckedFile(file, header, rows.values);
  return openShard(file, identity);
}

/** All rows of a shard, checksum compared. Throws DamagedFile. */
export async function readShard(shard: Shard, identity: ShardIdentity): Promise<Float32Array> {
  const { header, values } = await readCheckedFile(shard.file, format);
  checkIdentity(header, identity);
  if (header.images.length !== shard.images.length || header.images.some((id, row) => id !== shard.images[row]))
    throw new DamagedFile('it was replaced by another shard');
  shard.isVerified = true;
  return values;
}

/** Single rows of a shard that was verified before, without reading the rest. Throws DamagedFile. */
export async function readShardRows(shard: Shard, rows: readonly number[]): Promise<Float32Array[]> {
  const handle = await open(shard.file, 'r');
  try {
    const found: Float32Array[] = [];
    for (const row of rows)
      found.push(await readValues(handle, shard.payloadStart + row * shard.rowLength * 4, shard.rowLength));
    return found;
  } finally {
    await handle.close();
  }
}

function checkIdentity(header: ShardHeader, identity: ShardIdentity): void {
  if (header.key !== identity.key) throw new DamagedFile('it belongs to another cache');
  if (header.rowLength !== identity.rowLength)
    throw new DamagedFile(`its rows have ${header.rowLength} values instead of ${identity.rowLength}`);
}
