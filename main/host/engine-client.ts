/**
 * Starts the engine process, runs one job at a time in it, and supervises it.
 *
 * A cancelled job is given 1.5 s, then the process is killed; so is an engine whose progress counter stands still.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { CommandEvent } from '../../shared/contract/commands.ts';
import { assertNever, type Failure, type Result } from '../../shared/contract/errors.ts';
import { EngineMessage, type Job, type JobResult } from '../engine/protocol/messages.ts';
import { lineSplitter } from '../kernel/json-lines.ts';

const CANCEL_GRACE_MS = 1500;
const HANG_MS = 180_000; // one operation of the largest network on a slow machine stays far below
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
const KEPT_ERROR_BYTES = 4000;
const engineEntry = fileURLToPath(new URL('../engine/entry.ts', import.meta.url));

export type JobOptions = {
  readonly onEvent: (event: CommandEvent) => void;
  readonly signal: AbortSignal;
};
export type EngineClient = {
  readonly run: (job: Job, options: JobOptions) => Promise<Result<JobResult>>;
  readonly close: () => void;
};
type Running = { readonly process: ChildProcess; readonly errorTail: () => string };

/** One engine, started with the first job and kept warm for the next; `close` ends it. */
export function createEngineClient(entry: string = engineEntry): EngineClient {
  let running: Running | null = null;
  let queue: Promise<unknown> = Promise.resolve();
  const ensure = (): Running => {
    if (running === null || running.process.exitCode !== null || running.process.signalCode !== null)
      running = startEngine(entry);
    return running;
  };
  return {
    run: (job, options) => {
      const result = queue.then(() => runJob(ensure(), job, options));
      queue = result.catch(() => undefined);
      return result;
    },
    close: () => {
      running?.process.kill('SIGKILL');
      running = null;
    },
  };
}

function startEngine(entry: string): Running {
  const child = spawn(process.execPath, [entry], { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  let tail = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    tail = (tail + chunk.toString('utf8')).slice(-KEPT_ERROR_BYTES);
  });
  return { process: child, errorTail: () => tail };
}

function runJob(engine: Running, job: Job, options: JobOptions): Promise<Result<JobResult>> {
  const control = engine.process.stdio[3] as Duplex;
  return new Promise((resolve) => {
    const watch = createWatchdog(() => stop({ code: 'ENGINE_HUNG', message: hungMessage(job) }));
    let grace: NodeJS.Timeout | undefined;
    const settle = (result: Result<JobResult>): void => {
      watch.end();
      clearTimeout(grace);
      control.off('data', onData);
      engine.process.off('close', onClose);
      options.signal.removeEventListener('abort', onAbort);
      resolve(result);
    };
    const stop = (failure: Failure): void => {
      engine.process.kill('SIGKILL');
      settle({ ok: false, failure });
    };
    const onAbort = (): void => {
      control.write('{"kind":"cancel"}\n');
      grace = setTimeout(() => stop({ code: 'CANCELLED', message: 'Stopped as asked.' }), CANCEL_GRACE_MS);
    };
    const onClose = (): void => settle({ ok: false, failure: crashFailure(job, engine) });
    const onMessage = (line: string): void => {
      const message = EngineMessage.parse(JSON.parse(line));
      if (message.kind === 'heartbeat') watch.beat(message.counter);
      else if (message.kind === 'finished') settle({ ok: true, value: message.result });
      else if (message.kind === 'failed') settle({ ok: false, failure: message.failure });
      else if (message.kind !== 'ready') forward(message, options);
    };
    const onOverflow = (): void =>
      stop({ code: 'BUG', message: `The engine sent a message over ${MAX_MESSAGE_BYTES} bytes.` });
    const onData = lineSplitter({ maxBytes: MAX_MESSAGE_BYTES, onLine: onMessage, onOverflow });
    control.on('data', onData);
    engine.process.on('close', onClose);
    options.signal.addEventListener('abort', onAbort, { once: true });
    control.write(`${JSON.stringify({ kind: 'start', job })}\n`);
    if (options.signal.aborted) onAbort();
  });
}

function forward(message: Extract<EngineMessage, { kind: 'progress' | 'epoch' | 'note' }>, options: JobOptions): void {
  switch (message.kind) {
    case 'progress':
      return options.onEvent({ kind: 'progress', progress: message.progress });
    case 'epoch':
      return options.onEvent({ kind: 'epoch', report: message.report });
    case 'note':
      return options.onEvent({ kind: 'note', text: message.text });
    default:
      return assertNever(message);
  }
}

/** Calls `onHang` when the counter of the heartbeats has not moved for HANG_MS, or no heartbeat came. */
function createWatchdog(onHang: () => void): { readonly beat: (counter: number) => void; readonly end: () => void } {
  let lastCounter = -1;
  let timer = setTimeout(onHang, HANG_MS);
  return {
    beat: (counter) => {
      if (counter === lastCounter) return;
      lastCounter = counter;
      clearTimeout(timer);
      timer = setTimeout(onHang, HANG_MS);
    },
    end: () => clearTimeout(timer),
  };
}

function hungMessage(job: Job): string {
  return `The engine showed no sign of life for ${HANG_MS / 1000} s during the job '${job.kind}' and was ended. Start it again; saved work is kept.`;
}

function crashFailure(job: Job, engine: Running): Failure {
  const how = engine.process.signalCode ?? `exit code ${engine.process.exitCode}`;
  const tail = engine.errorTail().trim();
  return {
    code: 'ENGINE_CRASHED',
    message: `The engine process ended (${how}) during the job '${job.kind}'. Start it again; saved work is kept.${tail === '' ? '' : `\nIts last words:\n${tail}`}`,
  };
}
