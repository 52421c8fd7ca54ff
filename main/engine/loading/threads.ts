import { Worker } from 'node:worker_threads';
import { AppError } from '../../../shared/contract/errors.ts';
import {
  FAILED,
  FIRST_STATE,
  NEXT_ITEM,
  PENDING,
  STOP,
  threadCell,
  type WorkerMessage,
  type WorkerSettings,
} from './control.ts';

const STOP_GRACE_MS = 500; // then a thread is ended in the middle of an image
const MAX_DEATHS_WITHOUT_ITEM = 3;

export type ThreadPool = {
  readonly stop: () => Promise<void>;
  readonly throwIfBroken: () => void; // DECODER_CRASHED when threads die before they take an image
};
export type ThreadEvents = {
  readonly onFinished: (message: WorkerMessage) => void;
  readonly onChange: () => void; // a thread ended: look again
};

/** Starts decoder threads and keeps their number while there is work; the owner stops them. */
export function startThreads(
  count: number,
  settings: Omit<WorkerSettings, 'thread'>,
  events: ThreadEvents,
): ThreadPool {
  const pool = new Pool(settings, events);
  for (let thread = 0; thread < count; thread++) pool.start(thread);
  return pool;
}

class Pool implements ThreadPool {
  readonly #settings: Omit<WorkerSettings, 'thread'>;
  readonly #events: ThreadEvents;
  readonly #control: Int32Array;
  readonly #running = new Map<Worker, Promise<void>>(); // resolved when the thread has ended
  #deathsWithoutItem = 0;
  #broken: AppError | null = null;

  constructor(settings: Omit<WorkerSettings, 'thread'>, events: ThreadEvents) {
    this.#settings = settings;
    this.#events = events;
    this.#control = new Int32Array(settings.control);
  }

  start(thread: number): void {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { ...this.#settings, thread } });
    let reason = 'it ended by itself';
    worker.on('message', (message: WorkerMessage) => {
      this.#deathsWithoutItem = 0;
      this.#events.onFinished(message);
    });
    worker.on('error', (error: unknown) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    const ended = new Promise<void>((resolve) => {
      worker.on('exit', () => {
        this.#running.delete(worker);
        if (Atomics.load(this.#control, STOP) === 0) this.#replaceDead(thread, reason);
        this.#events.onChange();
        resolve();
      });
    });
    this.#running.set(worker, ended);
  }

  #replaceDead(thread: number, reason: string): void {
    const cell = threadCell(this.#settings.items.length, thread);
    const item = Atomics.exchange(this.#control, cell, -1);
    if (item >= 0) this.#reportLost(item, reason);
    else this.#deathsWithoutItem += 1;
    if (Atomics.load(this.#control, NEXT_ITEM) >= this.#settings.items.length) return; // no work is left
    if (this.#deathsWithoutItem <= MAX_DEATHS_WITHOUT_ITEM) {
      this.start(thread);
      return;
    }
    this.#broken = new AppError(
      'DECODER_CRASHED',
      `The image decoder cannot be started: ${reason}. Restart Thaw; if it stays, install it again.`,
    );
  }

  /** Unless the thread had just finished the item: its state cell says so even if its message is lost. */
  #reportLost(item: number, reason: string): void {
    const previous = Atomics.compareExchange(this.#control, FIRST_STATE + item, PENDING, FAILED);
    if (previous !== PENDING && previous !== FAILED) return;
    const { path } = this.#settings.items[item]!;
    const message = `${path}: the decoder stopped at this image (${reason}). It was left out; remove or re-export it.`;
    this.#events.onFinished({ item, failure: { code: 'DECODER_CRASHED', message } });
  }

  throwIfBroken(): void {
    if (this.#broken) throw this.#broken;
  }

  async stop(): Promise<void> {
    const timer = setTimeout(() => {
      for (const worker of this.#running.keys()) void worker.terminate();
    }, STOP_GRACE_MS);
    await Promise.all(this.#running.values());
    clearTimeout(timer);
  }
}
