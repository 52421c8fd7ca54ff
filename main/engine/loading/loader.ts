import type { Failure } from '../../../shared/contract/errors.ts';
import type { Preprocessing } from '../../../shared/networks/network.ts';
import {
  FIRST_STATE,
  LOADED,
  type LoaderItem,
  PENDING,
  RELEASED,
  STOP,
  threadCell,
  type WorkerSettings,
} from './control.ts';
import { startThreads, type ThreadPool } from './threads.ts';

export type LoaderOptions<V> = {
  readonly threads: number; // >= 1; above 4, start the engine with UV_THREADPOOL_SIZE of at least as many
  readonly slots: number; // batches in memory, >= 1; 2 or more let decoding and inference overlap
  readonly batchSize: number; // images
  readonly preprocessing: Preprocessing;
  readonly views: readonly V[]; // V views of each image, next to each other in the batch
  readonly items: readonly LoaderItem[];
  readonly decoder?: URL; // module with `decodeViews`; the default is decoder.ts
};

export type ItemFailure = { readonly item: LoaderItem; readonly failure: Failure };

/** `batch` [items.length * V, 3, H, W] is shared memory: valid only until the next batch is asked for; copy to keep. */
export type LoadedBatch = {
  readonly batch: Float32Array;
  readonly items: readonly LoaderItem[]; // those in the batch, in the order of the request
  readonly failures: readonly ItemFailure[]; // of this batch's share, left out of it
};

/** One pass over the items: iterate once, in order; breaking off stops it. */
export type Loader = {
  readonly itemCount: number;
  readonly viewCount: number;
  readonly stop: () => Promise<void>; // ends iteration; no thread is left when it resolves
  readonly [Symbol.asyncIterator]: () => AsyncGenerator<LoadedBatch, void, undefined>;
};

/**
 * Decodes images in threads into shared-memory batches, ahead of the consumer by at most `slots` batches.
 *
 * Threads need nothing from this thread while it is blocked by inference. Order and pixels do not depend on the number
 * of threads. A thread that dies is replaced, and the image it had is reported (DECODER_CRASHED).
 */
export function createLoader<V>(options: LoaderOptions<V>): Loader {
  return new ThreadedLoader(options);
}

class ThreadedLoader<V> implements Loader {
  readonly itemCount: number;
  readonly viewCount: number;
  readonly #options: LoaderOptions<V>;
  readonly #control: Int32Array<SharedArrayBuffer>;
  readonly #failures = new Map<number, Failure>(); // by item
  #pool: ThreadPool | null = null;
  #isUsed = false;
  #wake: () => void = () => undefined;

  constructor(options: LoaderOptions<V>) {
    for (const name of ['threads', 'slots', 'batchSize'] as const)
      if (!Number.isInteger(options[name]) || options[name] < 1) throw new RangeError(`${name} must be at least 1.`);
    if (options.views.length === 0) throw new RangeError('At least one view is needed.');
    this.#options = options;
    this.itemCount = options.items.length;
    this.viewCount = options.views.length;
    const cells = threadCell(this.itemCount, options.threads);
    this.#control = new Int32Array(new SharedArrayBuffer(cells * Int32Array.BYTES_PER_ELEMENT)).fill(
      -1,
      FIRST_STATE + this.itemCount,
    );
  }

  get #valuesPerItem(): number {
    return this.viewCount * 3 * this.#options.preprocessing.cropSize ** 2;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<LoadedBatch, void, undefined> {
    if (this.#isUsed) throw new Error('A loader makes one pass; create another one.');
    this.#isUsed = true;
    const batchCount = Math.ceil(this.itemCount / this.#options.batchSize);
    if (batchCount === 0 || this.#isStopped()) return;
    const slots = this.#start(Math.min(this.#options.slots, batchCount));
    try {
      for (let batch = 0; batch < batchCount; batch++) {
        await this.#untilComplete(batch);
        if (this.#isStopped()) return;
        yield this.#collect(batch, slots[batch % slots.length]!);
        Atomics.store(this.#control, RELEASED, batch + 1);
        Atomics.notify(this.#control, RELEASED);
      }
    } finally {
      await this.stop();
    }
  }

  stop = async (): Promise<void> => {
    Atomics.store(this.#control, STOP, 1);
    Atomics.notify(this.#control, RELEASED);
    this.#wake();
    await this.#pool?.stop();
  };

  #isStopped(): boolean {
    return Atomics.load(this.#control, STOP) === 1;
  }

  #start(slotCount: number): Float32Array<SharedArrayBuffer>[] {
    const { batchSize, items, preprocessing, views, threads, decoder } = this.#options;
    const valuesPerItem = this.#valuesPerItem;
    const slots = Array.from({ length: slotCount }, () => new SharedArrayBuffer(batchSize * valuesPerItem * 4));
    const settings: Omit<WorkerSettings, 'thread'> = {
      control: this.#control.buffer,
      slots,
      batchSize,
      valuesPerItem,
      items,
      preprocessing,
      views,
      decoder: (decoder ?? new URL('./decoder.ts', import.meta.url)).href,
    };
    this.#pool = startThreads(Math.min(threads, this.itemCount), settings, {
      onFinished: ({ item, failure }) => {
        if (failure) this.#failures.set(item, failure);
        this.#wake();
      },
      onChange: () => this.#wake(),
    });
    return slots.map((slot) => new Float32Array(slot));
  }

  /** Resolves when every item of the batch was loaded or has failed, or on stop; rejects when no thread can be started. */
  async #untilComplete(batch: number): Promise<void> {
    const [first, end] = this.#range(batch);
    for (;;) {
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#pool!.throwIfBroken();
      if (this.#isStopped() || this.#isComplete(first, end)) return;
      await woken;
    }
  }

  #isComplete(first: number, end: number): boolean {
    for (let item = first; item < end; item++) {
      const state = Atomics.load(this.#control, FIRST_STATE + item);
      if (state === PENDING || (state !== LOADED && !this.#failures.has(item))) return false;
    }
    return true;
  }

  #range(batch: number): [number, number] {
    const first = batch * this.#options.batchSize;
    return [first, Math.min(first + this.#options.batchSize, this.itemCount)];
  }

  /** Moves the loaded images of a slot together, so that failed ones leave no gap. */
  #collect(batch: number, slot: Float32Array): LoadedBatch {
    const [first, end] = this.#range(batch);
    const items: LoaderItem[] = [];
    const failures: ItemFailure[] = [];
    const length = this.#valuesPerItem;
    for (let index = first; index < end; index++) {
      const item = this.#options.items[index]!;
      const failure = this.#failures.get(index);
      this.#failures.delete(index);
      if (failure) failures.push({ item, failure });
      else {
        const from = (index - first) * length;
        slot.copyWithin(items.length * length, from, from + length);
        items.push(item);
      }
    }
    return { batch: slot.subarray(0, items.length * length), items, failures };
  }
}
