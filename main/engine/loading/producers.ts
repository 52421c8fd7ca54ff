import type { Failure } from '../../../shared/contract/errors.ts';
import type { Preprocessing } from '../../../shared/networks/network.ts';
import { valuesPerView } from '../../imaging/grey.ts';
import {
  FIRST_STATE,
  IDLE_TENTHS,
  LOADED,
  type LoaderItem,
  type PassSettings,
  PENDING,
  RELEASED,
  STOP,
  threadCell,
} from './control.ts';
import { type DecoderThreads, openThreads, type RunningPass } from './threads.ts';

const LOOK_EVERY_MS = 100; // while a batch is waited for

export type ProducerOptions = {
  readonly threads: number; // >= 1; above 4, start the engine with UV_THREADPOOL_SIZE of at least as many
  readonly slots: number; // batches in memory, >= 1; 2 or more let decoding and computing overlap
  readonly batchSize: number; // images
  readonly preprocessing: Preprocessing;
  readonly decoder?: URL; // module with `decodeViews`; the default is decoder.ts
};
export type PassRequest<V> = {
  readonly items: readonly LoaderItem[];
  readonly views: readonly V[]; // V views of each image, next to each other in the batch
  readonly onWait?: () => void; // while a batch is waited for, ten times a second; what it throws ends the pass
};

export type ItemFailure = { readonly item: LoaderItem; readonly failure: Failure };

/** `batch` [items.length * V, 3, H, W] is shared memory: valid only until the next batch is asked for; copy to keep. */
export type LoadedBatch = {
  readonly batch: Float32Array;
  readonly items: readonly LoaderItem[]; // those in the batch, in the order of the request
  readonly positions: readonly number[]; // theirs in the request
  readonly failures: readonly ItemFailure[]; // of this batch's share, left out of it
};

/** One pass over items: iterate once, in order; breaking off stops it. */
export type Pass = {
  readonly stop: () => Promise<void>; // ends iteration; no thread works on it when it resolves
  readonly threadsWaitedMs: () => number; // for a free slot, so far, summed over the threads
  readonly [Symbol.asyncIterator]: () => AsyncGenerator<LoadedBatch, void, undefined>;
};
export type Producers<V> = {
  readonly threads: number;
  readonly pass: (request: PassRequest<V>) => Pass; // one at a time
  readonly close: () => Promise<void>; // no thread is left when it resolves
};

/**
 * Threads that decode images into shared-memory batches, ahead of the consumer by at most `slots` batches, pass after pass.
 *
 * Threads need nothing from this thread while it computes. Order and pixels do not depend on their number. A thread
 * that dies is replaced, and the image it had is reported (DECODER_CRASHED). The caller closes.
 */
export function openProducers<V>(options: ProducerOptions): Producers<V> {
  for (const name of ['threads', 'slots', 'batchSize'] as const)
    if (!Number.isInteger(options[name]) || options[name] < 1) throw new RangeError(`${name} must be at least 1.`);
  const threads = openThreads(options.threads);
  return {
    threads: options.threads,
    pass: (request) => new SharedPass(threads, options, request),
    close: () => threads.close(),
  };
}

class SharedPass<V> implements Pass {
  readonly #threads: DecoderThreads;
  readonly #options: ProducerOptions;
  readonly #request: PassRequest<V>;
  readonly #control: Int32Array<SharedArrayBuffer>;
  readonly #failures = new Map<number, Failure>(); // by item
  readonly #valuesPerItem: number;
  #running: RunningPass | null = null;
  #isUsed = false;
  #wake: () => void = () => undefined;

  constructor(threads: DecoderThreads, options: ProducerOptions, request: PassRequest<V>) {
    if (request.views.length === 0) throw new RangeError('At least one view is needed.');
    this.#threads = threads;
    this.#options = options;
    this.#request = request;
    this.#valuesPerItem = request.views.length * valuesPerView(options.preprocessing);
    const itemCount = request.items.length;
    const cells = threadCell(itemCount, options.threads);
    this.#control = new Int32Array(new SharedArrayBuffer(cells * Int32Array.BYTES_PER_ELEMENT)).fill(
      -1,
      FIRST_STATE + itemCount,
    );
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<LoadedBatch, void, undefined> {
    if (this.#isUsed) throw new Error('A loader makes one pass; create another one.');
    this.#isUsed = true;
    const batchCount = Math.ceil(this.#request.items.length / this.#options.batchSize);
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
    await this.#running?.end();
  };

  threadsWaitedMs = (): number => Atomics.load(this.#control, IDLE_TENTHS) / 10;

  #isStopped(): boolean {
    return Atomics.load(this.#control, STOP) === 1;
  }

  #start(slotCount: number): Float32Array<SharedArrayBuffer>[] {
    const { batchSize, preprocessing, decoder } = this.#options;
    const { items, views } = this.#request;
    const valuesPerItem = this.#valuesPerItem;
    const slots = Array.from({ length: slotCount }, () => new SharedArrayBuffer(batchSize * valuesPerItem * 4));
    const settings: PassSettings = {
      ...{ control: this.#control.buffer, slots, batchSize, valuesPerItem, items, preprocessing, views },
      decoder: (decoder ?? new URL('./decoder.ts', import.meta.url)).href,
    };
    this.#running = this.#threads.begin(settings, {
      onFinished: (item, failure) => {
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
      this.#running!.throwIfBroken();
      if (this.#isStopped() || this.#isComplete(first, end)) return;
      this.#request.onWait?.();
      const timer = setTimeout(this.#wake, LOOK_EVERY_MS);
      await woken;
      clearTimeout(timer);
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
    return [first, Math.min(first + this.#options.batchSize, this.#request.items.length)];
  }

  /** Moves the loaded images of a slot together, so that failed ones leave no gap. */
  #collect(batch: number, slot: Float32Array): LoadedBatch {
    const [first, end] = this.#range(batch);
    const items: LoaderItem[] = [];
    const positions: number[] = [];
    const failures: ItemFailure[] = [];
    const length = this.#valuesPerItem;
    for (let index = first; index < end; index++) {
      const item = this.#request.items[index]!;
      const failure = this.#failures.get(index);
      this.#failures.delete(index);
      if (failure) failures.push({ item, failure });
      else {
        const from = (index - first) * length;
        if (failures.length > 0) slot.copyWithin(items.length * length, from, from + length);
        items.push(item);
        positions.push(index);
      }
    }
    return { batch: slot.subarray(0, items.length * length), items, positions, failures };
  }
}
