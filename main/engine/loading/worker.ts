/** A decoder thread. In a pass it claims items in order, waits for a free slot, reads, checks, decodes, writes the pixels. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
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
  RELEASED,
  STOP,
  type ThreadMessage,
  type ThreadOrder,
  threadCell,
} from './control.ts';

const MAX_FILE_BYTES = 512 * 1024 * 1024;

type Pass = {
  readonly settings: PassSettings;
  readonly control: Int32Array;
  readonly slots: readonly Float32Array[];
  readonly decodeViews: DecodeViews<unknown>;
};

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
    send({ kind: 'item', item: index, failure });
    Atomics.store(control, ownCell, -1);
  }
  Atomics.store(control, ownCell, -1);
  send({ kind: 'idle' });
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
    const bytes = await readVerified(item);
    const views = await decodeNamed(pass, item, bytes);
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
async function decodeNamed({ settings, decodeViews }: Pass, item: LoaderItem, bytes: Buffer): Promise<Float32Array> {
  try {
    const { preprocessing, views } = settings;
    return await decodeViews(bytes, preprocessing, { imageId: item.sha256, views });
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
