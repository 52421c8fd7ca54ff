import { cpus } from 'node:os';

const MOST = 64;

/**
 * Threads of every computation: all cores up to 8; THAW_THREADS goes before that. The count is pinned and stored, since it
 * decides the last bits: a worker of a cluster is told the one of the machine that sent the work.
 */
export function pinnedThreads(environment: NodeJS.ProcessEnv = process.env): number {
  const given = Number(environment.THAW_THREADS ?? Number.NaN);
  if (Number.isSafeInteger(given) && given >= 1 && given <= MOST) return given;
  return Math.max(1, Math.min(8, cpus().length));
}
