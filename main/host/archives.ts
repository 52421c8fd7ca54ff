/** Zip archives among what is imported: unpacked beside the project for as long as the import lasts. */
import { randomUUID } from 'node:crypto';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { AppError } from '../../shared/contract/errors.ts';
import { listNames } from '../kernel/folders.ts';
import type { Skipped } from '../library/import.ts';
import { isZipName, unpackZip } from '../library/zip.ts';
import type { CommandContext } from './dispatch.ts';
import type { Session } from './session.ts';

export type Unpacked = {
  readonly roots: readonly string[]; // in the order asked for, each archive replaced by where it was unpacked
  readonly refused: readonly Skipped[]; // archives of which nothing was taken
  /** A text with the places of unpacked files replaced by 'archive.zip/inner/name.jpg'. */
  readonly shown: (text: string) => string;
};

const inUse = new Set<string>(); // names of folders; what else lies there was left by a process that was killed

/** Throws DISK_FULL, and what `use` throws; the unpacked files are gone afterwards. */
export async function withArchives<T>(
  session: Session,
  { paths, context }: { readonly paths: readonly string[]; readonly context: CommandContext },
  use: (unpacked: Unpacked) => Promise<T>,
): Promise<T> {
  const parent = join(session.project.folder, 'unpacked');
  const own = randomUUID(); // no part of any result, so no seed is needed
  inUse.add(own);
  try {
    return await use(await unpackAll(join(parent, own), paths, context));
  } finally {
    inUse.delete(own);
    await removeUnused(parent);
  }
}

async function unpackAll(place: string, paths: readonly string[], context: CommandContext): Promise<Unpacked> {
  const roots: string[] = [];
  const refused: Skipped[] = [];
  const archiveOf = new Map<string, string>();
  for (const [index, path] of paths.entries()) {
    if (!(await isArchive(path))) {
      roots.push(path);
      continue;
    }
    const folder = join(place, String(index));
    await mkdir(folder, { recursive: true });
    context.onEvent({ kind: 'note', text: `Unpacking ${path}` });
    try {
      roots.push(await unpackZip(path, folder, context.signal));
      archiveOf.set(`${folder}${sep}`, `${path}${sep}`);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      if (!(error instanceof AppError) || error.code === 'DISK_FULL') throw error;
      if (error.code === 'CANCELLED') break;
      refused.push({ path, code: error.code, message: error.message });
    }
  }
  const shown = (text: string): string =>
    [...archiveOf].reduce((replaced, [folder, archive]) => replaced.replaceAll(folder, () => archive), text);
  return { roots, refused, shown };
}

async function isArchive(path: string): Promise<boolean> {
  if (!isZipName(path)) return false;
  return await stat(path).then(
    (found) => found.isFile(),
    () => false, // the walk tells why
  );
}

async function removeUnused(parent: string): Promise<void> {
  for (const name of await listNames(parent))
    if (!inUse.has(name)) await rm(join(parent, name), { recursive: true, force: true });
  if (inUse.size === 0) await rm(parent, { recursive: true, force: true });
}
