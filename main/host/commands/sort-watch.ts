/** New files of a folder, once they are whole. */
import { lstat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../shared/contract/errors.ts';
import type { FoundFiles } from './sort-plan.ts';

const LOOK_EVERY_MS = 1000;

/**
 * Files that were not given yet, each once its size and time have stood still from one look to the next; at first those that are there.
 *
 * A file that was given comes again only where it changed. Ends where `signal` aborts.
 */
export async function* waitForFiles(
  list: () => Promise<FoundFiles>,
  signal: AbortSignal,
  everyMs: number = LOOK_EVERY_MS,
): AsyncGenerator<readonly string[]> {
  let before = new Map<string, string>();
  const given = new Map<string, string>();
  while (!signal.aborted) {
    const now = new Map<string, string>();
    const ready: string[] = [];
    for (const path of (await listOrNone(list, signal)).files) {
      const mark = await markOf(path);
      if (mark === null) continue;
      now.set(path, mark);
      if (given.get(path) === mark || before.get(path) !== mark) continue;
      given.set(path, mark);
      ready.push(path);
    }
    for (const path of given.keys()) if (!now.has(path)) given.delete(path);
    before = now;
    if (ready.length > 0) yield ready;
    await sleep(everyMs, undefined, { signal }).catch(() => undefined); // stopped: the loop ends
  }
}

async function listOrNone(list: () => Promise<FoundFiles>, signal: AbortSignal): Promise<FoundFiles> {
  try {
    return await list();
  } catch (error) {
    if (error instanceof AppError && error.code === 'CANCELLED' && signal.aborted) return { files: [], problems: [] };
    throw error;
  }
}

async function markOf(path: string): Promise<string | null> {
  const stats = await lstat(path).catch(() => null);
  return stats === null ? null : `${stats.size} ${stats.mtimeMs}`;
}
