import { cpus } from 'node:os';

/** Physical work is done by two threads at least measured; the count is pinned, since it decides the last bits. */
export function pinnedThreads(): number {
  return Math.max(1, Math.min(8, cpus().length));
}
