import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ErrorCode, Result } from '../../shared/contract/errors.ts';
import {
  answers,
  ChildReply,
  type ChildRequest,
  type ImagingAnswer,
  type ImagingTask,
  mostTasksTogether,
} from './child-messages.ts';
import type { Inspection, InspectRequest } from './inspection.ts';

export type AskOptions = {
  readonly signal?: AbortSignal; // what waits fails as CANCELLED; what is under way is still answered
  readonly isUrgent?: boolean; // before everything that is not: a person is looking
};
export type ImagingPool = {
  readonly processes: number;
  /** Never rejects: a crash of the decoder, a time-out or a closed pool is a failure of that one photo. */
  inspect(request: InspectRequest, options?: AskOptions): Promise<Result<Inspection>>;
  /** Any task of the imaging child, as inspect. */
  ask<T extends ImagingTask>(request: T, options?: AskOptions): Promise<Result<ImagingAnswer<T['kind']>>>;
  /** Ends the children; what is under way fails as CANCELLED. */
  close(): Promise<void>;
};

export type ImagingPoolOptions = {
  readonly processes: number;
  readonly fileLimitMs?: number; // for one file, 30 s unless told
  readonly entry?: string; // another child entry, for tests
};

type Job = {
  readonly request: ImagingTask;
  readonly isUrgent: boolean;
  readonly signal: AbortSignal | undefined;
  isAlone: boolean; // it was under way when a child was lost: whether that was its fault shows when it is alone
  readonly settle: (result: Result<unknown>) => void;
};

const DEFAULT_FILE_LIMIT_MS = 30_000;
const MOST_BATCHES = 3; // of a child: one that it works at, others whose files wait for the disk

/** A few plain Node processes that decode, view and distort photos, so that a crash of a decoder costs one photo and not the program. */
export function createImagingPool(options: ImagingPoolOptions): ImagingPool {
  const entry = options.entry ?? fileURLToPath(new URL('./child.ts', import.meta.url));
  const waiting: Job[] = [];
  let closed = false;
  const slots = Array.from({ length: options.processes }, () =>
    createSlot({
      entry,
      fileLimitMs: options.fileLimitMs ?? DEFAULT_FILE_LIMIT_MS,
      onFree: () => pump(),
      onUndone: (jobs) => takeBack(jobs),
    }),
  );
  const pump = (): void => {
    for (const slot of slots) {
      if (waiting.length === 0 || closed) return;
      if (slot.canTake(waiting[0]!)) slot.start(waiting.splice(0, countTogether(waiting)));
    }
  };
  const takeBack = (jobs: readonly Job[]): void => {
    for (const job of jobs.filter(({ signal }) => closed || signal?.aborted)) job.settle(notLookedAt(job.request));
    waiting.unshift(...jobs.filter(({ signal }) => !closed && !signal?.aborted));
  };
  const enqueue = (request: ImagingTask, { signal, isUrgent = false }: AskOptions): Promise<Result<unknown>> =>
    new Promise((settle) => {
      if (closed || signal?.aborted) return settle(notLookedAt(request));
      const giveUp = (): void => drop(job);
      const job: Job = {
        request,
        isUrgent,
        signal,
        isAlone: false,
        settle: (result) => {
          signal?.removeEventListener('abort', giveUp);
          settle(result);
        },
      };
      const place = isUrgent ? waiting.findIndex((other) => !other.isUrgent) : -1;
      waiting.splice(place === -1 ? waiting.length : place, 0, job);
      signal?.addEventListener('abort', giveUp, { once: true });
      pump();
    });
  const drop = (job: Job): void => {
    const place = waiting.indexOf(job);
    if (place === -1) return;
    waiting.splice(place, 1);
    job.settle(notLookedAt(job.request));
  };
  const ask = async <T extends ImagingTask>(request: T, options: AskOptions = {}) => {
    const result = await enqueue(request, options);
    if (!result.ok) return result;
    const kind: T['kind'] = request.kind;
    return { ok: true, value: answers[kind].parse(result.value) as ImagingAnswer<T['kind']> } as const;
  };
  return {
    processes: options.processes,
    inspect: ask,
    ask,
    close: async () => {
      closed = true;
      for (const { request, settle } of waiting.splice(0)) settle(notLookedAt(request));
      await Promise.all(slots.map((slot) => slot.close()));
    },
  };
}

function notLookedAt(request: ImagingTask): Result<never> {
  return failed('CANCELLED', `${placeOf(request)}: not looked at, the work was ended.`);
}

function placeOf(request: ImagingTask): string {
  return 'path' in request ? request.path : `${request.paths.length} photos`;
}

function failed(code: ErrorCode, message: string): Result<never> {
  return { ok: false, failure: { code, message } };
}

/** How many of the first jobs go to a child with one message: only those that are short and that nobody is waiting for. */
function countTogether(waiting: readonly Job[]): number {
  const isShort = ({ request, isUrgent, isAlone }: Job): boolean => request.kind === 'inspect' && !isUrgent && !isAlone;
  const end = waiting.slice(0, mostTasksTogether).findIndex((job) => !isShort(job));
  return end === -1 ? Math.min(waiting.length, mostTasksTogether) : Math.max(1, end);
}

type SlotOptions = {
  readonly entry: string;
  readonly fileLimitMs: number;
  readonly onFree: () => void;
  readonly onUndone: (jobs: readonly Job[]) => void; // before onFree
};
type Slot = { canTake(job: Job): boolean; start(jobs: readonly Job[]): void; close(): Promise<void> };
type Batch = { readonly id: number; readonly jobs: readonly Job[]; readonly timer: NodeJS.Timeout };

/** What a child was asked and has not answered: it works at the last batch, the others wait for the disk. */
function createBatches({ fileLimitMs, onFree, onUndone }: SlotOptions, onLate: () => void) {
  const batches = new Map<number, Batch>();
  let working: Batch | null = null;
  let nextId = 0;

  const end = (batch: Batch): void => {
    clearTimeout(batch.timer);
    batches.delete(batch.id);
    if (working === batch) working = null;
  };
  const finish = (batch: Batch, results: readonly Result<unknown>[]): void => {
    end(batch);
    onUndone(batch.jobs.slice(results.length));
    for (const [index, result] of results.entries()) batch.jobs[index]?.settle(result);
  };
  const hasOneAlone = (): boolean => [...batches.values()].some(({ jobs }) => jobs.some(({ isAlone }) => isAlone));
  return {
    canTake: ({ isAlone }: Job): boolean =>
      working === null && batches.size < (isAlone ? 1 : MOST_BATCHES) && !hasOneAlone(),
    add: (jobs: readonly Job[]): ChildRequest => {
      working = { id: nextId, jobs, timer: setTimeout(onLate, fileLimitMs) };
      batches.set(nextId, working);
      nextId += 1;
      return { id: working.id, requests: jobs.map(({ request }) => request) };
    },
    hear: (message: unknown): void => {
      const reply = ChildReply.safeParse(message);
      const batch = reply.success ? batches.get(reply.data.id) : undefined;
      if (!reply.success || batch === undefined) return;
      if (reply.data.kind === 'answered') finish(batch, reply.data.results);
      else if (working === batch) working = null;
      onFree();
    },
    /** The child is lost. Of several jobs one is at fault at most: each is begun again, alone. */
    fail: (how: (request: ImagingTask) => Result<never>): void => {
      const lost = [...batches.values()];
      for (const batch of lost) end(batch);
      const jobs = lost.flatMap((batch) => batch.jobs);
      if (jobs.length > 1) {
        for (const job of jobs) job.isAlone = true;
        onUndone(jobs);
      } else for (const { request, settle } of jobs) settle(how(request));
      onFree();
    },
  };
}

/** One child process; it is started with the first job and again after each crash. */
function createSlot(options: SlotOptions): Slot {
  let child: ChildProcess | null = null;
  let closing = false;

  const timeOut = (): void => {
    const stuck = child;
    child = null; // the next jobs get a new process
    stuck?.kill('SIGKILL');
    const why = `decoding took longer than ${options.fileLimitMs / 1000} s and was stopped. Leave it out or export it again.`;
    batches.fail((request) => failed('IMAGE_UNREADABLE', `${placeOf(request)}: ${why}`));
  };
  const batches = createBatches(options, timeOut);
  const ensureChild = (): ChildProcess => {
    if (child !== null) return child;
    const started = fork(options.entry, [], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    started.on('message', batches.hear);
    const lost = (how: string): void => {
      if (child !== started) return;
      child = null;
      batches.fail((request) => lostResult(request, closing ? null : how));
    };
    started.on('error', (error) => lost(error.message));
    started.on('exit', (code, signal) => lost(signal ?? `exit code ${code}`));
    child = started;
    return started;
  };
  return {
    canTake: batches.canTake,
    start: (jobs) => {
      ensureChild().send(batches.add(jobs), () => undefined); // a lost channel ends in 'exit'
    },
    close: async () => {
      closing = true;
      const ending = child;
      if (ending === null) return;
      await new Promise<void>((resolve) => {
        ending.once('exit', () => resolve());
        ending.kill('SIGKILL'); // files are written atomically, so nothing is left half done
      });
    },
  };
}

function lostResult(request: ImagingTask, how: string | null): Result<never> {
  if (how === null) return notLookedAt(request);
  const text = `${placeOf(request)}: the decoder crashed on this file (${how}) and was started again. Leave it out or export it again.`;
  return failed('DECODER_CRASHED', text);
}
