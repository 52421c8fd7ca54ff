/** Jobs that were started from a view for given inputs, so that their answers are there again when one comes back. */
import { createStore } from 'zustand/vanilla';
import type { JobId } from '../../../shared/contract/jobs.ts';

export type KeptJobs = { readonly byInput: Readonly<Record<string, JobId>> };

export const keptJobs = createStore<KeptJobs>(() => ({ byInput: {} }));

/** One name for a command with its input; the order of the input's fields does not matter. */
export function keptJobKey(command: string, input: Readonly<Record<string, string>>): string {
  const fields = Object.entries(input).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([command, ...fields]);
}

export function keepJob(key: string, jobId: JobId): void {
  keptJobs.setState(({ byInput }) => ({ byInput: { ...byInput, [key]: jobId } }));
}

export function forgetJob(key: string): void {
  keptJobs.setState(({ byInput }) => {
    const { [key]: _, ...rest } = byInput;
    return { byInput: rest };
  });
}
