/** A decoder thread: claims items in order, waits for a free slot, reads, checks, decodes and writes the pixels. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { AppError, type Failure, toFailure } from '../../../shared/contract/errors.ts';
import { asReadFailure } from '../../kernel/system-error.ts';
import {
  type DecodeViews,
  FAILED,
  FIRST_STATE,
  LOADED,
  type LoaderItem,
  NEXT_ITEM,
  RELEASED,
  STOP,
  threadCell,
  type WorkerMessage,
  type WorkerSettings,
} from './control.ts';

const MAX_FILE_BYTES = 512 * 1024 * 1024;

const settings = workerData as WorkerSettings;
const control = new Int32Array(settings.control);
const slots = settings.slots.map((slot) => new Float32Array(slot));
const ownCell = threadCell(settings.items.length, settings.thread);
const { decodeViews } = (await import(settings.decoder)) as { decodeViews: DecodeViews<unknown> };

for (;;) {
  const index = Atomics.add(control, NEXT_ITEM, 1);
  if (index >= settings.items.length) break;
  Atomics.store(control, ownCell, index);
  if (!waitForSlot(index)) break;
  const failure = await load(index);
  Atomics.store(control, FIRST_STATE + index, failure ? FAILED : LOADED);
  const message: WorkerMessage = { item: index, failure };
  parentPort!.postMessage(message);
  Atomics.store(control, ownCell, -1);
}

/** Blocks until the item's slot is free; false: stop. Items are claimed in order, so earlier ones never wait for it. */
function waitForSlot(index: number): boolean {
  const batch = Math.floor(index / settings.batchSize);
  while (Atomics.load(control, STOP) === 0) {
    const released = Atomics.load(control, RELEASED);
    if (batch < released + slots.length) return true;
    Atomics.wait(control, RELEASED, released);
  }
  return false;
}

async function load(index: number): Promise<Failure | null> {
  try {
    const item = settings.items[index]!;
    const bytes = await readVerified(item);
    const views = await decodeNamed(item, bytes);
    if (views.length !== settings.valuesPerItem)
      throw new RangeError(`${item.path}: ${views.length} pixel values instead of ${settings.valuesPerItem}.`);
    const slot = slots[Math.floor(index / settings.batchSize) % slots.length]!;
    slot.set(views, (index % settings.batchSize) * settings.valuesPerItem);
    return null;
  } catch (error) {
    return toFailure(error);
  }
}

/** Decodes, and puts the file's path before the decoder's message, which cannot know it. */
async function decodeNamed(item: LoaderItem, bytes: Buffer): Promise<Float32Array> {
  try {
    return await decodeViews(bytes, settings.preprocessing, settings.views);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, `${item.path}: ${error.message}`, { cause: error });
  }
}

/** The bytes whose hash the library knows; read once more when they differ, for a file that was being saved. */
async function readVerified(item: LoaderItem): Promise<Buffer> {
  for (let attempt = 0; attempt < 2; attempt++) {
    const bytes = await readBounded(item.path);
    if (createHash('sha256').update(bytes).digest('hex') === item.sha256) return bytes;
  }
  throw new AppError('IMAGE_MISSING', `${item.path}: the file changed since it was imported. Import it again.`);
}

async function readBounded(path: string): Promise<Buffer> {
  try {
    const handle = await open(path, 'r');
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) throw new AppError('IMAGE_MISSING', `${path}: not a file any more. Import it again.`);
      if (stats.size > MAX_FILE_BYTES)
        throw new AppError(
          'IMAGE_TOO_LARGE',
          `${path}: ${stats.size} bytes, the limit is ${MAX_FILE_BYTES}. Remove it.`,
        );
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw asReadFailure(path, error);
  }
}
