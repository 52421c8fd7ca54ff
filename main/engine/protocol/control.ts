/**
 * The engine's side of the control channel.
 *
 * A worker thread holds the pipe to the host: the main thread may be inside a TensorFlow call for seconds.
 * A few 32-bit cells of shared memory lie between them: the wishes to cancel and to finish, the progress counter.
 */
import { Worker } from 'node:worker_threads';
import { AppError, toFailure } from '../../../shared/contract/errors.ts';
import { BUSY_CELL, CANCEL_CELL, CELLS, COUNTER_CELL, FINISH_CELL } from './control-cells.ts';
import { type EngineMessage, HostMessage, type Job } from './messages.ts';

export type JobContext = {
  /** Throws AppError CANCELLED once the host asked for it; counts as a sign of life. Call between operations. */
  readonly breathe: () => void;
  /** True once the host asked to stop; counts as a sign of life. */
  readonly shouldStop: () => boolean;
  /** True once the host asked to end early and keep what is best so far. Missing: nobody asks. */
  readonly shouldFinish?: () => boolean;
  readonly send: (message: EngineMessage) => void;
};

/** Opens the control channel and runs each job that the host sends, one after the other. */
export function serveJobs(runJob: (job: Job, context: JobContext) => Promise<void>): void {
  const cells = new Int32Array(new SharedArrayBuffer(CELLS * Int32Array.BYTES_PER_ELEMENT));
  const worker = new Worker(new URL('./control-worker.ts', import.meta.url), { workerData: { cells } });
  const send = (message: EngineMessage): void => worker.postMessage(message);
  const shouldStop = (): boolean => {
    Atomics.add(cells, COUNTER_CELL, 1);
    return Atomics.load(cells, CANCEL_CELL) === 1;
  };
  const shouldFinish = (): boolean => Atomics.load(cells, FINISH_CELL) === 1;
  const breathe = (): void => {
    if (shouldStop()) throw new AppError('CANCELLED', 'Stopped as asked.');
  };
  worker.on('message', async (raw: unknown) => {
    Atomics.store(cells, BUSY_CELL, 1);
    const message = HostMessage.safeParse(raw);
    if (!message.success) send({ kind: 'failed', failure: toFailure(message.error) });
    else if (message.data.kind === 'start') await runJob(message.data.job, { breathe, shouldStop, shouldFinish, send });
    Atomics.store(cells, BUSY_CELL, 0);
  });
  process.on('SIGINT', () => undefined); // Ctrl-C goes to all processes of a terminal: the host says what is to be done
  send({ kind: 'ready', pid: process.pid, node: process.version });
}
