import { Worker } from 'node:worker_threads';
import { AppError, type Failure } from '../../../shared/contract/errors.ts';
import '../../imaging/allowed-loaders.ts'; // before any thread starts
import {
  FAILED,
  FIRST_STATE,
  NEXT_ITEM,
  type PassSettings,
  PENDING,
  RELEASED,
  STOP,
  type ThreadMessage,
  type ThreadOrder,
  threadCell,
} from './control.ts';

const STOP_GRACE_MS = 500; // then a thread is ended in the middle of an image
const MAX_DEATHS_WITHOUT_ITEM = 3;

export type PassEvents = {
  readonly onFinished: (item: number, failure: Failure | null) => void;
  readonly onChange: () => void; // a thread ended: look again
};
export type RunningPass = {
  /** Resolves when no thread works on the pass any more, within a second. */
  readonly end: () => Promise<void>;
  readonly throwIfBroken: () => void; // DECODER_CRASHED when threads die before they take an image
};
export type DecoderThreads = {
  /** One pass at a time; each takes up to `count` threads, which stay for the next one. */
  readonly begin: (settings: PassSettings, events: PassEvents) => RunningPass;
  readonly close: () => Promise<void>; // ends all threads
};

/** Decoder threads, started with the first pass; their number is kept while there is work. The owner closes them. */
export function openThreads(count: number): DecoderThreads {
  return new Threads(count);
}

type Member = { readonly worker: Worker; readonly ended: Promise<void> };
type Current = {
  readonly settings: PassSettings;
  readonly control: Int32Array;
  readonly events: PassEvents;
  readonly busy: Set<number>; // threads
  deathsWithoutItem: number;
  broken: AppError | null;
  onIdle: () => void;
};

class Threads implements DecoderThreads {
  readonly #count: number;
  readonly #members = new Map<number, Member>();
  #current: Current | null = null;

  constructor(count: number) {
    this.#count = count;
  }

  begin(settings: PassSettings, events: PassEvents): RunningPass {
    if (this.#current !== null) throw new Error('The pass before has not ended.');
    const control = new Int32Array(settings.control);
    const current: Current = {
      ...{ settings, control, events, busy: new Set<number>() },
      ...{ deathsWithoutItem: 0, broken: null, onIdle: () => undefined },
    };
    this.#current = current;
    for (let thread = 0; thread < Math.min(this.#count, settings.items.length); thread++) this.#order(thread, current);
    return {
      end: () => this.#end(current),
      throwIfBroken: () => {
        if (current.broken) throw current.broken;
      },
    };
  }

  #order(thread: number, current: Current): void {
    const member = this.#members.get(thread) ?? this.#start(thread);
    current.busy.add(thread);
    const order: ThreadOrder = { kind: 'pass', thread, pass: current.settings };
    member.worker.postMessage(order);
  }

  #start(thread: number): Member {
    const worker = new Worker(new URL('./worker.ts', import.meta.url));
    let reason = 'it ended by itself';
    worker.on('message', (message: ThreadMessage) => this.#receive(thread, message));
    worker.on('error', (error: unknown) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    const ended = new Promise<void>((resolve) => {
      worker.on('exit', () => {
        this.#members.delete(thread);
        if (this.#current !== null) this.#lost(thread, this.#current, reason);
        resolve();
      });
    });
    const member = { worker, ended };
    this.#members.set(thread, member);
    return member;
  }

  #receive(thread: number, message: ThreadMessage): void {
    const current = this.#current;
    if (current === null) return;
    if (message.kind === 'item') {
      current.deathsWithoutItem = 0;
      current.events.onFinished(message.item, message.failure);
    } else this.#rest(thread, current);
  }

  #rest(thread: number, current: Current): void {
    current.busy.delete(thread);
    if (current.busy.size === 0) current.onIdle();
  }

  /** A thread has ended in a pass: its image is reported, another one takes its place. */
  #lost(thread: number, current: Current, reason: string): void {
    if (Atomics.load(current.control, STOP) === 0) this.#replaceDead(thread, current, reason);
    if (!this.#members.has(thread)) this.#rest(thread, current);
    current.events.onChange();
  }

  #replaceDead(thread: number, current: Current, reason: string): void {
    const { control, settings } = current;
    const item = Atomics.exchange(control, threadCell(settings.items.length, thread), -1);
    if (item >= 0) reportLost(current, item, reason);
    else current.deathsWithoutItem += 1;
    if (Atomics.load(control, NEXT_ITEM) >= settings.items.length) return; // no work is left
    if (current.deathsWithoutItem <= MAX_DEATHS_WITHOUT_ITEM) {
      this.#order(thread, current);
      return;
    }
    current.broken = new AppError(
      'DECODER_CRASHED',
      `The image decoder cannot be started: ${reason}. Restart Thaw; if it stays, install it again.`,
    );
  }

  async #end(current: Current): Promise<void> {
    if (this.#current !== current) return;
    Atomics.store(current.control, STOP, 1);
    Atomics.notify(current.control, RELEASED);
    const timer = setTimeout(() => this.#terminate(current.busy), STOP_GRACE_MS);
    if (current.busy.size > 0) {
      await new Promise<void>((resolve) => {
        const before = current.onIdle;
        current.onIdle = () => {
          before();
          resolve();
        };
      });
    }
    clearTimeout(timer);
    if (this.#current === current) this.#current = null;
  }

  #terminate(threads: Iterable<number>): void {
    for (const thread of threads) void this.#members.get(thread)?.worker.terminate();
  }

  async close(): Promise<void> {
    if (this.#current !== null) await this.#end(this.#current);
    const members = [...this.#members];
    const order: ThreadOrder = { kind: 'end' };
    for (const [, { worker }] of members) worker.postMessage(order);
    const timer = setTimeout(() => this.#terminate(members.map(([thread]) => thread)), STOP_GRACE_MS);
    await Promise.all(members.map(([, { ended }]) => ended));
    clearTimeout(timer);
  }
}

/** Unless the thread had just finished the item: its state cell says so even if its message is lost. */
function reportLost({ control, settings, events }: Current, item: number, reason: string): void {
  const previous = Atomics.compareExchange(control, FIRST_STATE + item, PENDING, FAILED);
  if (previous !== PENDING && previous !== FAILED) return;
  const { path } = settings.items[item]!;
  const message = `${path}: the decoder stopped at this image (${reason}). It was left out; remove or re-export it.`;
  events.onFinished(item, { code: 'DECODER_CRASHED', message });
}
