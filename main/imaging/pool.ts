import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ErrorCode, Result } from '../../shared/contract/errors.ts';
import { ChildReply, type ChildRequest, type Inspection, type InspectRequest } from './inspection.ts';

export type ImagingPool = {
  /** Never rejects: a crash of the decoder, a time-out or a closed pool is a failure of that one photo. */
  inspect(request: InspectRequest): Promise<Result<Inspection>>;
  /** Ends the children; what is under way fails as CANCELLED. */
  close(): Promise<void>;
};

export type ImagingPoolOptions = {
  readonly processes: number;
  readonly fileLimitMs?: number; // for one file, 30 s unless told
  readonly entry?: string; // another child entry, for tests
};

type Job = { readonly request: InspectRequest; readonly settle: (result: Result<Inspection>) => void };

const DEFAULT_FILE_LIMIT_MS = 30_000;

/** A few plain Node processes that decode photos, so that a crash of a decoder costs one photo and not the program. */
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
  return {
    inspect: (request) =>
      new Promise((settle) => {
        if (closed) return settle(failed('CANCELLED', `${request.path}: not looked at, the import was ended.`));
        waiting.push({ request, settle });
        pump();
      }),
    close: async () => {
      closed = true;
      for (const { request, settle } of waiting.splice(0)) {
        settle(failed('CANCELLED', `${request.path}: not looked at, the import was ended.`));
      }
      await Promise.all(slots.map((slot) => slot.close()));
    },
  };
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

  const finish = (result: Result<Inspection>): void => {
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
      if (current !== null) finish(lostResult(current.job.request.path, closing ? null : how));
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
    const text = `${job.request.path}: decoding took longer than ${options.fileLimitMs / 1000} s and was stopped.`;
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

function lostResult(path: string, how: string | null): Result<never> {
  if (how === null) return failed('CANCELLED', `${path}: not looked at, the import was ended.`);
  const text = `${path}: the decoder crashed on this file (${how}) and was started again. Leave it out or export it again.`;
  return failed('DECODER_CRASHED', text);
}
