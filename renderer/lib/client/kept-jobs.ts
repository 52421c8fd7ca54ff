/** Jobs that were started from a view for given inputs, so that their answers are there again when one comes back. */
import { createStore } from 'zustand/vanilla';
import type { JobId } from '../../../shared/contract/jobs.ts';

export type KeptJobs = {
  readonly byInput: Readonly<Record<string, JobId>>;
  readonly revision: number; // of photos and labels, as far as this window heard of it
  readonly keptAt: Readonly<Record<string, number>>; // the revision at which each was started
};

export const keptJobs = createStore<KeptJobs>(() => ({ byInput: {}, revision: 0, keptAt: {} }));

/** One name for a command with its input; the order of the input's fields does not matter. */
export function keptJobKey(command: string, input: object): string {
  const fields = Object.entries(input).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([command, ...fields]);
}

export function keepJob(key: string, jobId: JobId): void {
  keptJobs.setState(({ byInput, keptAt, revision }) => ({
    byInput: { ...byInput, [key]: jobId },
    keptAt: { ...keptAt, [key]: revision },
  }));
}

export function forgetJob(key: string): void {
  keptJobs.setState(({ byInput }) => {
    const { [key]: _, ...rest } = byInput;
    return { byInput: rest };
  });
}

/** Photos or labels changed: what was judged by the old ones is not shown again to who comes back. */
export function outdateKeptJobs(): void {
  keptJobs.setState(({ revision }) => ({ revision: revision + 1 }));
}

export function isOutdated({ keptAt, revision }: KeptJobs, key: string): boolean {
  return (keptAt[key] ?? revision) < revision;
}
