/** A decoder thread. In a pass it claims items in order, waits for a free slot, reads, checks, decodes, writes the pixels. */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { AppError, type Failure, toFailure } from '../../../shared/contract/errors.ts';
import { asReadFailure } from '../../kernel/system-error.ts';
import {
  type DecodeViews,
  FAILED,
  FIRST_STATE,
  IDLE_TENTHS,
  LOADED,
  type LoaderItem,
  NEXT_ITEM,
  type PassSettings,
  PENDING,
  RELEASED,
  STOP,
  type ThreadMessage,
  type ThreadOrder,
  threadCell,
  UNKNOWN_CONTENT,
} from './control.ts';

// Reading is synchronous: a thread has nothing else to do, and each round through the pool of libuv costs more than the reading.
const MAX_FILE_BYTES = 512 * 1024 * 1024;

type Pass = {
  readonly settings: PassSettings;
  readonly control: Int32Array;
  readonly slots: readonly Float32Array[];
  readonly decodeViews: DecodeViews<unknown>;
};

let spare = Buffer.allocUnsafeSlow(1024 * 1024); // holds one file after the other, so that nothing is left to be collected
const KEPT_BYTES = 16 * 1024 * 1024;

const send = (message: ThreadMessage): void => parentPort!.postMessage(message);
let work: Promise<void> = Promise.resolve();

parentPort!.on('message', (order: ThreadOrder) => {
  if (order.kind === 'pass')
    work = work.then(() => runPass(order.thread, order.pass)); // a rejection ends the thread
  else work = work.then(() => parentPort!.close());
});

async function runPass(thread: number, settings: PassSettings): Promise<void> {
  const { decodeViews } = (await import(settings.decoder)) as { decodeViews: DecodeViews<unknown> };
  const control = new Int32Array(settings.control);
  const slots = settings.slots.map((slot) => new Float32Array(slot));
  const pass: Pass = { settings, control, slots, decodeViews };
  const ownCell = threadCell(settings.items.length, thread);
  for (;;) {
    const index = Atomics.add(control, NEXT_ITEM, 1);
    if (index >= settings.items.length) break;
    Atomics.store(control, ownCell, index);
    if (!waitForSlot(pass, index)) break;
    const failure = await load(pass, index);
    Atomics.store(control, FIRST_STATE + index, failure ? FAILED : LOADED);
    if (failure !== null || isBatchComplete(pass, index)) send({ kind: 'item', item: index, failure });
    Atomics.store(control, ownCell, -1);
  }
  Atomics.store(control, ownCell, -1);
  send({ kind: 'idle' });
}

/** Whether nothing of the item's batch is left to be done: the consumer waits for that, not for each item. */
function isBatchComplete({ settings, control }: Pass, index: number): boolean {
  const first = index - (index % settings.batchSize);
  const end = Math.min(first + settings.batchSize, settings.items.length);
  for (let item = first; item < end; item++) if (Atomics.load(control, FIRST_STATE + item) === PENDING) return false;
  return true;
}

/** Blocks until the item's slot is free; false: stop. Items are claimed in order, so earlier ones never wait for it. */
function waitForSlot({ settings, control, slots }: Pass, index: number): boolean {
  const batch = Math.floor(index / settings.batchSize);
  while (Atomics.load(control, STOP) === 0) {
    const released = Atomics.load(control, RELEASED);
    if (batch < released + slots.length) return true;
    const startedMs = performance.now();
    Atomics.wait(control, RELEASED, released);
    Atomics.add(control, IDLE_TENTHS, Math.round((performance.now() - startedMs) * 10));
  }
  return false;
}

async function load(pass: Pass, index: number): Promise<Failure | null> {
  const { settings, slots } = pass;
  try {
    const item = settings.items[index]!;
    const { batchSize, valuesPerItem } = settings;
    const slot = slots[Math.floor(index / batchSize) % slots.length]!;
    const start = (index % batchSize) * valuesPerItem;
    const target = slot.subarray(start, start + valuesPerItem);
    const views = await decodeNamed(pass, { ...item, bytes: readVerified(item), target });
    if (views.length !== valuesPerItem)
      throw new RangeError(`${item.path}: ${views.length} pixel values instead of ${valuesPerItem}.`);
    if (views !== target) target.set(views);
    return null;
  } catch (error) {
    return toFailure(error);
  }
}

type ReadItem = LoaderItem & { readonly bytes: Buffer; readonly target: Float32Array };

/** Decodes, and puts the file's path before the decoder's message, which cannot know it. */
async function decodeNamed({ settings, decodeViews }: Pass, { path, sha256, bytes, target }: ReadItem) {
  try {
    const { preprocessing, views } = settings;
    return await decodeViews(bytes, preprocessing, { imageId: sha256, views, target });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, `${path}: ${error.message}`, { cause: error });
  }
}

/** The bytes whose hash the library knows; read once more when they differ, for a file that was being saved. */
function readVerified(item: LoaderItem): Buffer {
  if (item.sha256 === UNKNOWN_CONTENT) return readBounded(item.path);
  for (let attempt = 0; attempt < 2; attempt++) {
    const bytes = readBounded(item.path);
    if (createHash('sha256').update(bytes).digest('hex') === item.sha256) return bytes;
  }
  throw new AppError('IMAGE_MISSING', `${item.path}: the file changed since it was imported. Import it again.`);
}

/** The file's bytes, valid until the next call; a file that grows meanwhile is cut, and then has another hash. */
function readAll(file: number, byteCount: number): Buffer {
  if (spare.length < byteCount || spare.length > KEPT_BYTES)
    spare = Buffer.allocUnsafeSlow(Math.max(byteCount, 1024 * 1024));
  let done = 0;
  while (done < byteCount) {
    const count = readSync(file, spare, done, byteCount - done, null);
    if (count === 0) break;
    done += count;
  }
  return spare.subarray(0, done);
}

function readBounded(path: string): Buffer {
  try {
    const file = openSync(path, 'r');
    try {
      const stats = fstatSync(file);
      if (!stats.isFile()) throw new AppError('IMAGE_MISSING', `${path}: not a file any more. Import it again.`);
      if (stats.size > MAX_FILE_BYTES)
        throw new AppError(
          'IMAGE_TOO_LARGE',
          `${path}: ${stats.size} bytes, the limit is ${MAX_FILE_BYTES}. Remove it.`,
        );
      return readAll(file, stats.size);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw asReadFailure(path, error);
  }
}
