import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ErrorCode, Result } from '../../shared/contract/errors.ts';
import { answers, ChildReply, type ChildRequest, type ImagingAnswer, type ImagingTask } from './child-messages.ts';
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
  readonly settle: (result: Result<unknown>) => void;
};

const DEFAULT_FILE_LIMIT_MS = 30_000;

/** A few plain Node processes that decode, view and distort photos, so that a crash of a decoder costs one photo and not the program. */
export function createImagingPool(options: ImagingPoolOptions): ImagingPool {
  const entry = options.entry ?? fileURLToPath(new URL('./child.ts', import.meta.url));
  const waiting: Job[] = [];
  let closed = false;
  const slots = Array.from({ length: options.processes }, () =>
    createSlot({ entry, fileLimitMs: options.fileLimitMs ?? DEFAULT_FILE_LIMIT_MS, onFree: () => pump() }),
  );
  const pump = (): void => {
    for (const slot of slots) {
      if (waiting.length === 0 || closed) return;
      if (!slot.isBusy()) slot.start(waiting.shift()!);
    }
  };
  const enqueue = (request: ImagingTask, { signal, isUrgent = false }: AskOptions): Promise<Result<unknown>> =>
    new Promise((settle) => {
      if (closed || signal?.aborted) return settle(notLookedAt(request));
      const giveUp = (): void => drop(job);
      const job: Job = {
        request,
        isUrgent,
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

type SlotOptions = { readonly entry: string; readonly fileLimitMs: number; readonly onFree: () => void };
type Slot = { isBusy(): boolean; start(job: Job): void; close(): Promise<void> };

/** One child process and the one job it works at; the child is started with the first job and again after each crash. */
function createSlot(options: SlotOptions): Slot {
  let child: ChildProcess | null = null;
  let current: { readonly id: number; readonly job: Job; readonly timer: NodeJS.Timeout } | null = null;
  let nextId = 0;
  let closing = false;

  const finish = (result: Result<unknown>): void => {
    if (current === null) return;
    const { job, timer } = current;
    clearTimeout(timer);
    current = null;
    job.settle(result);
    options.onFree();
  };
  const ensureChild = (): ChildProcess => {
    if (child !== null) return child;
    const started = fork(options.entry, [], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    started.on('message', (message) => {
      const reply = ChildReply.safeParse(message);
      if (reply.success && reply.data.id === current?.id) finish(reply.data.result);
    });
    const lost = (how: string): void => {
      if (child !== started) return;
      child = null;
      if (current !== null) finish(lostResult(current.job.request, closing ? null : how));
    };
    started.on('error', (error) => lost(error.message));
    started.on('exit', (code, signal) => lost(signal ?? `exit code ${code}`));
    child = started;
    return started;
  };
  const timeOut = (job: Job): void => {
    const stuck = child;
    child = null; // the next job gets a new process
    stuck?.kill('SIGKILL');
    const text = `${placeOf(job.request)}: decoding took longer than ${options.fileLimitMs / 1000} s and was stopped.`;
    finish(failed('IMAGE_UNREADABLE', `${text} Leave it out or export it again.`));
  };
  return {
    isBusy: () => current !== null,
    start: (job) => {
      const id = nextId;
      nextId += 1;
      current = { id, job, timer: setTimeout(() => timeOut(job), options.fileLimitMs) };
      ensureChild().send({ id, request: job.request } satisfies ChildRequest, () => undefined); // a lost channel ends in 'exit'
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
