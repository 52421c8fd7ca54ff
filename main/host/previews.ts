/** The folder of pictures that can be made again at any time: bounded, the ones looked at longest ago go first. */
import { rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { listNames } from '../kernel/folders.ts';
import { systemErrorCode } from '../kernel/system-error.ts';

export const MOST_PREVIEW_BYTES = 500_000_000;
const LOOK_EVERY_WRITES = 200; // looking through the folder costs more than a picture
const RECENT_MS = 60_000; // somebody may be about to load it

const writesSinceLook = new Map<string, number>();

/** Whether a picture is there; it then counts as looked at now. */
export async function hasPreview(file: string): Promise<boolean> {
  const now = new Date();
  try {
    await utimes(file, now, now);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** To be called after pictures were written; looks through the folder at the first time and then now and again. */
export async function keepPreviewsBounded(
  folder: string,
  written = 1,
  mostBytes: number = MOST_PREVIEW_BYTES,
): Promise<void> {
  const writes = writesSinceLook.get(folder);
  const isDue = writes === undefined || writes + written >= LOOK_EVERY_WRITES;
  writesSinceLook.set(folder, isDue ? 0 : writes + written);
  if (isDue) await dropOldPreviews(folder, { mostBytes, now: new Date() });
}

/** Removes the pictures looked at longest ago until the others fit; the bytes that were freed. */
export async function dropOldPreviews(
  folder: string,
  { mostBytes, now }: { readonly mostBytes: number; readonly now: Date },
): Promise<number> {
  const files: { readonly path: string; readonly bytes: number; readonly lookedAtMs: number }[] = [];
  for (const name of await listNames(folder)) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (!found?.isFile()) continue;
    const isOfAnotherClock = found.mtimeMs - now.getTime() >= RECENT_MS; // the clock was set back since: it would stay for as long
    files.push({ path, bytes: found.size, lookedAtMs: isOfAnotherClock ? 0 : found.mtimeMs });
  }
  files.sort((first, second) => first.lookedAtMs - second.lookedAtMs);
  let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let freed = 0;
  for (const { path, bytes, lookedAtMs } of files) {
    if (total <= mostBytes || now.getTime() - lookedAtMs < RECENT_MS) break;
    await rm(path, { force: true });
    total -= bytes;
    freed += bytes;
  }
  return freed;
}
