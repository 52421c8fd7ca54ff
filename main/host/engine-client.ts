/**
 * Starts the engine process, runs one job at a time in it, and supervises it.
 *
 * A cancelled job is given 1.5 s, then the process is killed; so is an engine whose progress counter stands still.
 */
import { fileURLToPath } from 'node:url';
import type { CommandEvent } from '../../shared/contract/commands.ts';
import { assertNever, type Failure, type Result, toFailure } from '../../shared/contract/errors.ts';
import type { EngineMessage, Job, JobResult } from '../engine/protocol/messages.ts';
import type { ConnectionCount } from '../kernel/count-connections.ts';
import { type EngineProcess, startEngine } from './engine-process.ts';

const CANCEL_GRACE_MS = 1500;
const HANG_MS = 180_000; // one operation of the largest network on a slow machine stays far below
const HANG_PARTS = 6;
const engineEntry = fileURLToPath(new URL('../engine/entry.ts', import.meta.url));
const cancelled: Failure = { code: 'CANCELLED', message: 'Stopped as asked.' };

export type JobOptions = {
  readonly onEvent: (event: CommandEvent) => void;
  readonly signal: AbortSignal;
  readonly finishSignal?: AbortSignal | undefined; // end early and keep what is best so far; also before the job's turn
};
export type EngineClient = {
  /** Never rejects. Jobs wait for each other; one that is cancelled while it waits never starts. */
  readonly run: (job: Job, options: JobOptions) => Promise<Result<JobResult>>;
  /** Connections to other machines that the engine told of. */
  readonly connections: () => ConnectionCount;
  /** Ends the engine; jobs under way or waiting fail as CANCELLED. Resolves when the process is gone. */
  readonly close: () => Promise<void>;
};
export type EngineClientOptions = {
  readonly entry?: string; // another engine, for tests
  readonly hangMs?: number; // without a sign of life; three minutes unless told
};

/** One engine, started with the first job and kept warm for the next; `close` ends it. */
export function createEngineClient(options: EngineClientOptions = {}): EngineClient {
  const { entry = engineEntry, hangMs = HANG_MS } = options;
  const closing = new AbortController();
  let engine: EngineProcess | null = null;
  let queue: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  const addresses: string[] = [];
  const onConnected = (address: string): void => void addresses.push(address);
  const ensure = (): EngineProcess => {
    if (engine === null || !engine.isUsable()) engine = startEngine(entry);
    return engine;
  };
  return {
    run: (job, { onEvent, signal, finishSignal }) =>
      new Promise((resolve) => {
        const stop = AbortSignal.any([signal, closing.signal]);
        const leaveQueue = (): void => resolve(failed(cancelled));
        stop.addEventListener('abort', leaveQueue, { once: true });
        if (stop.aborted) leaveQueue();
        if (waiting > 0) onEvent({ kind: 'note', text: 'The engine does one job at a time: this one waits its turn.' });
        waiting += 1;
        queue = queue.then(async () => {
          stop.removeEventListener('abort', leaveQueue);
          const run = { job, hangMs, onEvent, finishSignal, onConnected, signal: stop };
          if (!stop.aborted) resolve(await runJob(ensure(), run));
          waiting -= 1;
        });
      }),
    connections: () => ({ connections: addresses.length, hosts: [...new Set(addresses)] }),
    close: async () => {
      const ended = engine?.kill();
      closing.abort();
      await ended;
    },
  };
}

type JobRun = JobOptions & {
  readonly job: Job;
  readonly hangMs: number;
  readonly onConnected: (address: string) => void;
};

function runJob(engine: EngineProcess, run: JobRun): Promise<Result<JobResult>> {
  const { job, hangMs, signal, finishSignal } = run;
  return new Promise((resolve) => {
    let grace: NodeJS.Timeout | undefined;
    const settle = (result: Result<JobResult>): void => {
      watch.end();
      clearTimeout(grace);
      engine.listen(null);
      signal.removeEventListener('abort', onAbort);
      finishSignal?.removeEventListener('abort', onFinish);
      resolve(result);
    };
    const stop = (failure: Failure): void => {
      void engine.kill();
      settle(failed(signal.aborted ? cancelled : failure));
    };
    const watch = createWatchdog(hangMs, () => stop({ code: 'ENGINE_HUNG', message: hungMessage(job, hangMs) }));
    const onAbort = (): void => {
      engine.send({ kind: 'cancel' });
      grace = setTimeout(() => stop(cancelled), CANCEL_GRACE_MS);
    };
    const onFinish = (): void => engine.send({ kind: 'finish' });
    engine.listen({
      onMessage: (message) => {
        try {
          if (message.kind === 'heartbeat') watch.beat(message.counter);
          else if (message.kind === 'finished') settle({ ok: true, value: message.result });
          else if (message.kind === 'failed') {
            if (message.failure.code === 'DEVICE_LOST') void engine.kill(); // only a new process gets the device again
            settle(failed(message.failure));
          } else if (message.kind === 'connected') run.onConnected(message.address);
          else if (message.kind !== 'ready') forward(message, run);
        } catch (error) {
          stop(toFailure(error)); // whoever listens to the events could not take one, for example for a full disk
        }
      },
      onMalformed: (why) => stop({ code: 'BUG', message: malformedMessage(job, why) }),
      onEnd: (how) => settle(failed(signal.aborted ? cancelled : crashFailure(job, how))), // Ctrl-C reaches it as well
    });
    signal.addEventListener('abort', onAbort, { once: true });
    finishSignal?.addEventListener('abort', onFinish, { once: true });
    engine.send({ kind: 'start', job });
    if (finishSignal?.aborted) onFinish();
  });
}

function failed(failure: Failure): Result<never> {
  return { ok: false, failure };
}

function forward(
  message: Extract<EngineMessage, { kind: 'progress' | 'epoch' | 'note' | 'logged' | 'device' | 'wait' }>,
  options: JobOptions,
): void {
  switch (message.kind) {
    case 'progress':
      return options.onEvent({ kind: 'progress', progress: message.progress });
    case 'epoch':
      return options.onEvent({ kind: 'epoch', report: message.report });
    case 'note':
      return options.onEvent({ kind: 'note', text: message.text });
    case 'logged':
      return options.onEvent({ kind: 'logged', entry: message.entry, text: message.text });
    case 'device':
    case 'wait':
      return options.onEvent(message);
    default:
      return assertNever(message);
  }
}

type Watchdog = { readonly beat: (counter: number) => void; readonly end: () => void };

/**
 * Calls `onHang` when the counter of the heartbeats has not moved for `hangMs`, or no heartbeat came.
 *
 * Time is counted in parts: while this process itself was halted, with the engine or without, at most one of them passed.
 */
function createWatchdog(hangMs: number, onHang: () => void): Watchdog {
  let lastCounter = -1;
  let parts = 0;
  const count = (): void => {
    parts += 1;
    if (parts >= HANG_PARTS) onHang();
  };
  let timer = setInterval(count, hangMs / HANG_PARTS);
  return {
    beat: (counter) => {
      if (counter === lastCounter) return;
      lastCounter = counter;
      clearInterval(timer);
      [parts, timer] = [0, setInterval(count, hangMs / HANG_PARTS)];
    },
    end: () => clearInterval(timer),
  };
}

/** What to do after the engine has gone. */
function adviceFor(job: Job): string {
  if (job.kind === 'train') return "Resume ('thaw resume') goes on from the last checkpoint.";
  return 'Start it again; what was finished is kept.';
}

function hungMessage(job: Job, hangMs: number): string {
  return `The engine showed no sign of life for ${hangMs / 1000} s during the job '${job.kind}' and was ended. ${adviceFor(job)}`;
}

function malformedMessage(job: Job, why: string): string {
  return `The engine sent what is no message during the job '${job.kind}' and was ended: ${why}. Please report it.`;
}

function crashFailure(job: Job, how: string): Failure {
  return {
    code: 'ENGINE_CRASHED',
    message: `The engine process ended during the job '${job.kind}'. ${adviceFor(job)}\nHow it ended: ${how}`,
  };
}
