import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../shared/contract/errors.ts';
import { removeTemporaryFiles } from '../../kernel/atomic-write.ts';
import { ensureFreeSpace, listNames } from '../../kernel/folders.ts';
import { systemErrorCode } from '../../kernel/system-error.ts';
import { DamagedFile } from '../weights/checked-file.ts';
import { MAX_ROW_LENGTH, openShard, readShard, readShardRows, type Shard, writeShard } from './shard.ts';
import { takeWriterLock } from './writer-lock.ts';

const SHARD_BYTES = 4 * 1024 * 1024; // small enough that recomputing a damaged one is cheap
const RESERVE_BYTES = 64 * 1024 * 1024; // left free for database, log and checkpoints

export type FeatureStoreOptions = {
  readonly rowLength: number; // values of one row: product of the cut's shape
  readonly mode: 'write' | 'read';
  readonly shardBytes?: number;
  readonly reserveBytes?: number;
};
export type DamagedShard = { readonly file: string; readonly reason: string; readonly imageCount: number };

/** The cached rows of one view: many readers, one writer. Whoever opened it closes it. */
export type FeatureStore = {
  readonly rowLength: number;
  readonly has: (imageId: string) => boolean;
  readonly missing: (imageIds: readonly string[]) => string[]; // unique, in the given order
  /** Compares the checksums of all shards that hold these images and drops damaged ones. */
  readonly verify: (imageIds: readonly string[]) => Promise<void>;
  /** Rows [N, rowLength]. Throws NOT_FOUND, or CACHE_DAMAGED after dropping the shards: compute `missing` again. */
  readonly read: (imageIds: readonly string[]) => Promise<Float32Array>;
  /** Adds rows [N, rowLength] (copied; images already there are skipped); visible once a shard is full or flushed. */
  readonly append: (imageIds: readonly string[], values: Float32Array) => Promise<void>;
  /** Writes what was appended. After DISK_FULL the rows are kept, and flush can be called again. */
  readonly flush: () => Promise<void>;
  /** Throws DISK_FULL unless so many rows fit on the disk. */
  readonly ensureSpace: (rowCount: number) => Promise<void>;
  readonly damaged: () => readonly DamagedShard[]; // dropped since the store was opened
  /** Flushes and gives the writer's lock back, also when flushing fails. */
  readonly close: () => Promise<void>;
};

/** Opens the store of a feature key below the cache folder. Throws PROJECT_LOCKED, FILE_PERMISSION, DISK_FULL. */
export async function openFeatureStore(
  folder: string,
  key: string,
  options: FeatureStoreOptions,
): Promise<FeatureStore> {
  if (!/^[0-9a-f]{64}$/.test(key)) throw new TypeError('A feature key is a SHA-256 in lower-case hex.');
  if (!Number.isInteger(options.rowLength) || options.rowLength < 1 || options.rowLength > MAX_ROW_LENGTH)
    throw new RangeError(`rowLength ${options.rowLength} is not within 1 and ${MAX_ROW_LENGTH}.`);
  const store = new ShardStore(join(folder, key), key, options);
  await store.open();
  return store;
}

type Place = { readonly shard: Shard; readonly row: number };

class ShardStore implements FeatureStore {
  readonly rowLength: number;
  readonly #folder: string;
  readonly #identity: { readonly key: string; readonly rowLength: number };
  readonly #options: FeatureStoreOptions;
  readonly #places = new Map<string, Place>(); // by image
  readonly #pending = new Map<string, Float32Array>(); // by image
  readonly #damaged: DamagedShard[] = [];
  #releaseLock: (() => Promise<void>) | null = null;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(folder: string, key: string, options: FeatureStoreOptions) {
    this.#folder = folder;
    this.rowLength = options.rowLength;
    this.#identity = { key, rowLength: options.rowLength };
    this.#options = options;
  }

  async open(): Promise<void> {
    if (this.#options.mode === 'write') this.#releaseLock = await takeWriterLock(this.#folder);
    try {
      if (this.#releaseLock) await removeTemporaryFiles(this.#folder);
      for (const name of await listNames(this.#folder)) if (name.endsWith('.shard')) await this.#adopt(name);
    } catch (error) {
      await this.#releaseLock?.();
      throw error;
    }
  }

  async #adopt(name: string): Promise<void> {
    const file = join(this.#folder, name);
    try {
      this.#index(await openShard(file, this.#identity));
    } catch (error) {
      await this.#drop({ file, images: [] }, error);
    }
  }

  #index(shard: Shard): void {
    for (const [row, image] of shard.images.entries()) this.#places.set(image, { shard, row });
  }

  /** Forgets a damaged shard, and deletes it when this is the writer; any other failure is thrown on. */
  async #drop(shard: Pick<Shard, 'file' | 'images'>, error: unknown): Promise<void> {
    if (!(error instanceof DamagedFile) && systemErrorCode(error) !== 'ENOENT') throw error;
    for (const image of shard.images)
      if (this.#places.get(image)?.shard.file === shard.file) this.#places.delete(image);
    const reason = error instanceof DamagedFile ? error.message : 'the file is gone';
    this.#damaged.push({ file: shard.file, reason, imageCount: shard.images.length });
    if (this.#releaseLock) await rm(shard.file, { recursive: true, force: true });
  }

  has = (imageId: string): boolean => this.#places.has(imageId);

  missing = (imageIds: readonly string[]): string[] => [...new Set(imageIds)].filter((id) => !this.has(id));

  damaged = (): readonly DamagedShard[] => this.#damaged;

  verify = async (imageIds: readonly string[]): Promise<void> => {
    const shards = new Set(imageIds.flatMap((id) => this.#places.get(id)?.shard ?? []));
    for (const shard of shards) {
      if (shard.isVerified) continue;
      try {
        await readShard(shard, this.#identity);
      } catch (error) {
        await this.#drop(shard, error);
      }
    }
  };

  read = async (imageIds: readonly string[]): Promise<Float32Array> => {
    const wanted = new Map<Shard, { row: number; at: number }[]>();
    for (const [at, id] of imageIds.entries()) {
      const place = this.#places.get(id);
      if (!place) throw new AppError('NOT_FOUND', `${this.#folder}: no features of image ${id}. Compute them first.`);
      const rows = wanted.get(place.shard) ?? [];
      rows.push({ row: place.row, at });
      wanted.set(place.shard, rows);
    }
    const result = new Float32Array(imageIds.length * this.rowLength);
    const damagedBefore = this.#damaged.length;
    for (const [shard, rows] of wanted) await this.#readInto(result, shard, rows);
    if (this.#damaged.length === damagedBefore) return result;
    const { file, reason } = this.#damaged.at(-1)!;
    throw new AppError(
      'CACHE_DAMAGED',
      `${file}: cached features cannot be used: ${reason}. They were dropped and must be computed again.`,
    );
  };

  async #readInto(result: Float32Array, shard: Shard, rows: readonly { row: number; at: number }[]): Promise<void> {
    try {
      if (shard.isVerified && rows.length * 4 < shard.images.length) {
        const found = await readShardRows(
          shard,
          rows.map(({ row }) => row),
        );
        for (const [i, { at }] of rows.entries()) result.set(found[i]!, at * this.rowLength);
        return;
      }
      const all = await readShard(shard, this.#identity);
      for (const { row, at } of rows)
        result.set(all.subarray(row * this.rowLength, (row + 1) * this.rowLength), at * this.rowLength);
    } catch (error) {
      await this.#drop(shard, error);
    }
  }

  append = async (imageIds: readonly string[], values: Float32Array): Promise<void> => {
    this.#requireWriter();
    if (values.length !== imageIds.length * this.rowLength)
      throw new RangeError(
        `${imageIds.length} rows of ${this.rowLength} values expected, ${values.length} values found.`,
      );
    if (values.some((value) => !Number.isFinite(value))) {
      throw new AppError(
        'LOSS_NOT_FINITE',
        `${this.#folder}: the network gave features that are not finite. Check its weights and preprocessing.`,
      );
    }
    for (const [i, id] of imageIds.entries())
      if (!this.has(id)) this.#pending.set(id, values.slice(i * this.rowLength, (i + 1) * this.rowLength));
    const rowsPerShard = Math.max(1, Math.floor((this.#options.shardBytes ?? SHARD_BYTES) / (this.rowLength * 4)));
    await this.#inTurn(async () => {
      while (this.#pending.size >= rowsPerShard) await this.#writePending(rowsPerShard);
    });
  };

  flush = (): Promise<void> =>
    this.#inTurn(async () => {
      if (this.#pending.size > 0) await this.#writePending(this.#pending.size);
    });

  async #writePending(count: number): Promise<void> {
    const images = [...this.#pending.keys()].slice(0, count);
    const values = new Float32Array(images.length * this.rowLength);
    for (const [i, id] of images.entries()) values.set(this.#pending.get(id)!, i * this.rowLength);
    const file = join(this.#folder, `${randomUUID()}.shard`);
    this.#index(await writeShard(file, this.#identity, { images, values }));
    for (const id of images) this.#pending.delete(id);
  }

  /** One write after the other; a failed one does not stop the next. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined); // whoever waits for `result` sees the failure
    return result;
  }

  ensureSpace = async (rowCount: number): Promise<void> => {
    const bytes = rowCount * (this.rowLength * 4 + 68); // 68: the image's hash in the header
    await ensureFreeSpace(this.#folder, bytes, this.#options.reserveBytes ?? RESERVE_BYTES);
  };

  close = async (): Promise<void> => {
    try {
      await this.flush();
    } finally {
      await this.#releaseLock?.();
      this.#releaseLock = null;
    }
  };

  #requireWriter(): void {
    if (!this.#releaseLock) throw new Error('This feature store was opened for reading.');
  }
}
