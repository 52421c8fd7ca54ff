import type { HostEvent } from '../../../shared/contract/jobs.ts';
import type { CommandContext } from '../dispatch.ts';
import { createCoalescer } from './coalescer.ts';
import type { JobRegistry, JobSignal } from './registry.ts';

/**
 * Tells events until it is stopped or the project closes: first every running job with all its epochs.
 *
 * Resolves to how many events were told.
 */
export async function watchEvents(jobs: JobRegistry, { onEvent, signal }: CommandContext): Promise<number> {
  let told = 0;
  const send = (event: HostEvent): void => {
    told += 1;
    onEvent({ kind: 'host', event });
  };
  const coalescer = createCoalescer(send, () => performance.now());
  for (const { status, epochs } of jobs.list()) {
    if (status.state !== 'running') continue;
    send({ kind: 'job', job: status });
    send({ kind: 'job-epochs', jobId: status.jobId, epochs: [...epochs] });
  }
  await new Promise<void>((resolve) => {
    if (signal.aborted || jobs.isClosed()) return resolve();
    const leave = (): void => {
      stopListening();
      resolve();
    };
    const stopListening = jobs.subscribe((told) => {
      if (told.kind === 'closed') return leave();
      pass(told);
    });
    signal.addEventListener('abort', leave, { once: true });
  });
  coalescer.end();
  return told;

  function pass(told: Exclude<JobSignal, { kind: 'closed' }>): void {
    if (told.kind === 'job') coalescer.job(told.job);
    else if (told.kind === 'epochs') coalescer.epochs(told.jobId, told.epochs);
    else coalescer.changed(told.what);
  }
}
