/**
 * The engine's side of the control channel.
 *
 * A worker thread holds the pipe to the host: the main thread may be inside a TensorFlow call for seconds.
 * Two 32-bit cells of shared memory lie between them: the cancel flag and the progress counter.
 */
import { Worker } from 'node:worker_threads';
import { AppError, toFailure } from '../../../shared/contract/errors.ts';
import { BUSY_CELL, CANCEL_CELL, COUNTER_CELL } from './control-cells.ts';
import { type EngineMessage, HostMessage, type Job } from './messages.ts';

export type JobContext = {
  /** Throws AppError CANCELLED once the host asked for it; counts as a sign of life. Call between operations. */
  readonly breathe: () => void;
  /** True once the host asked to stop; counts as a sign of life. */
  readonly shouldStop: () => boolean;
  readonly send: (message: EngineMessage) => void;
};

/** Opens the control channel and runs each job that the host sends, one after the other. */
export function serveJobs(runJob: (job: Job, context: JobContext) => Promise<void>): void {
  const cells = new Int32Array(new SharedArrayBuffer(12));
  const worker = new Worker(new URL('./control-worker.ts', import.meta.url), { workerData: { cells } });
  const send = (message: EngineMessage): void => worker.postMessage(message);
  const shouldStop = (): boolean => {
    Atomics.add(cells, COUNTER_CELL, 1);
    return Atomics.load(cells, CANCEL_CELL) === 1;
  };
  const breathe = (): void => {
    if (shouldStop()) throw new AppError('CANCELLED', 'Stopped as asked.');
  };
  worker.on('message', async (raw: unknown) => {
    Atomics.store(cells, BUSY_CELL, 1);
    const message = HostMessage.safeParse(raw);
    if (!message.success) send({ kind: 'failed', failure: toFailure(message.error) });
    else if (message.data.kind === 'start') await runJob(message.data.job, { breathe, shouldStop, send });
    Atomics.store(cells, BUSY_CELL, 0);
  });
  process.on('SIGINT', () => undefined); // Ctrl-C goes to all processes of a terminal: the host says what is to be done
  send({ kind: 'ready', pid: process.pid, node: process.version });
}
