/** Zip archives of photos: checked as a whole, then unpacked into a folder of their own. */
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../shared/contract/errors.ts';
import { systemErrorCode } from '../kernel/system-error.ts';
import { type Archive, type Entry, entryKind, openArchive } from '../kernel/zip-archive.ts';
import { isPassedOver } from './walk.ts';

const MOST_ENTRIES = 200_000;
const MOST_ENTRY_BYTES = 100_000_000; // as of a photo
const MOST_PATH_LENGTH = 1000;
const MOST_DEPTH = 16;
const BOMB_BYTES = 50_000_000; // below that, any ratio will do
const BOMB_RATIO = 100; // photos hardly shrink
const RESERVED_ON_WINDOWS = /[<>:"|?*]|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)|[. ]$/i;
const STORED = 0;
const DEFLATED = 8;

type Wanted = { readonly entry: Entry; readonly path: string };

export function isZipName(path: string): boolean {
  return path.toLowerCase().endsWith('.zip');
}

/**
 * Unpacks an archive into `folder`, which must be empty; the folder whose subfolders are labels: that one, or the only one in it.
 *
 * Every name and size is checked before the first byte is written. Throws INVALID_INPUT for an archive that is damaged,
 * encrypted, too large, or names a place outside; DISK_FULL; CANCELLED. What was written by then is the caller's to remove.
 */
export async function unpackZip(file: string, folder: string, signal?: AbortSignal): Promise<string> {
  const zip = await openArchive(file, (reason, cause) => refuse(file, reason, cause));
  try {
    const wanted = await listWanted(file, zip, signal);
    await requireRoom(file, wanted, { folder, archiveBytes: zip.bytes });
    for (const { entry, path } of wanted) {
      requireGoingOn(signal);
      await writeEntry({ file, zip, entry }, join(folder, ...path.split('/')));
    }
  } finally {
    zip.close();
  }
  return findLabelsRoot(folder);
}

/** All entries to unpack, each of them checked. */
async function listWanted(file: string, zip: Archive, signal: AbortSignal | undefined): Promise<Wanted[]> {
  if (zip.entryCount > MOST_ENTRIES) throw refuse(file, `it has more than ${MOST_ENTRIES} entries`);
  const wanted: Wanted[] = [];
  const seen = new Set<string>();
  for (let entry = await zip.next(); entry !== null; entry = await zip.next()) {
    requireGoingOn(signal);
    const path = entry.fileName.normalize('NFC');
    const reason = faultOf(entry, path);
    if (reason !== null) throw refuse(file, `${JSON.stringify(path.slice(0, 100))} ${reason}`);
    if (path.endsWith('/') || path.split('/').some(isPassedOver)) continue;
    const key = path.toLowerCase(); // one file on most systems
    if (seen.has(key)) throw refuse(file, `${JSON.stringify(path.slice(0, 100))} is in it twice`);
    seen.add(key);
    wanted.push({ entry, path });
  }
  return wanted;
}

/** Why an entry may not be unpacked; null: it may. */
function faultOf(entry: Entry, path: string): string | null {
  const parts = path.replace(/\/$/, '').split('/');
  if (entry.isEncrypted()) return 'is encrypted';
  if (entryKind(entry) === 'other') return 'is a link or a device';
  if (path.startsWith('/') || /^[a-z]:/i.test(path) || path.includes('\\') || path.includes('\0'))
    return 'names a place outside the archive';
  if (parts.some((part) => part === '..' || part === '.' || part === '')) return 'names a place outside the archive';
  if (path.length > MOST_PATH_LENGTH || parts.length > MOST_DEPTH) return 'is nested too deep';
  if (process.platform === 'win32' && parts.some((part) => RESERVED_ON_WINDOWS.test(part)))
    return 'is no name for a file on Windows';
  if (entry.uncompressedSize > MOST_ENTRY_BYTES) return 'is too large (over 100 MB)';
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED)
    return 'is compressed in a way that is not known';
  return null;
}

type Room = { readonly folder: string; readonly archiveBytes: number };

async function requireRoom(file: string, wanted: readonly Wanted[], { folder, archiveBytes }: Room): Promise<void> {
  const total = wanted.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0);
  if (total > BOMB_BYTES && total > BOMB_RATIO * archiveBytes)
    throw refuse(
      file,
      `${megabytes(archiveBytes)} would unpack to ${megabytes(total)}; photos do not shrink like that`,
    );
  const { bavail, bsize } = await statfs(folder);
  if (total < bavail * bsize) return;
  const text = `${file}: unpacks to ${megabytes(total)}, but only ${megabytes(bavail * bsize)} are free.`;
  throw new AppError('DISK_FULL', `${text} Free some space and try again.`);
}

type Source = { readonly file: string; readonly zip: Archive; readonly entry: Entry };

/** Sizes and, for what was deflated, the stream itself are checked on the way. */
async function writeEntry({ file, zip, entry }: Source, target: string): Promise<void> {
  try {
    await mkdir(dirname(target), { recursive: true });
    await pipeline(await zip.read(entry), createWriteStream(target, { flags: 'wx' }));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOSPC')
      throw new AppError('DISK_FULL', `${file}: not unpacked, the disk is full. Free some space and try again.`);
    if (error instanceof AppError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw refuse(file, `${JSON.stringify(entry.fileName.slice(0, 100))}: ${reason}`, error);
  }
}

/** An archive of one folder of folders (`pets/cat`, `pets/dog`): that folder is the root, not a label. */
async function findLabelsRoot(folder: string): Promise<string> {
  const only = await onlyFolderIn(folder);
  if (only === null) return folder;
  const inside = await readdir(only, { withFileTypes: true });
  return inside.some((entry) => entry.isDirectory()) ? findLabelsRoot(only) : folder;
}

async function onlyFolderIn(folder: string): Promise<string | null> {
  const [first, ...others] = await readdir(folder, { withFileTypes: true });
  return first?.isDirectory() && others.length === 0 ? join(folder, first.name) : null;
}

function requireGoingOn(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AppError('CANCELLED', 'Stopped as asked.');
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}

function refuse(file: string, reason: string, cause?: unknown): AppError {
  const text = `${file}: nothing of this archive was imported: ${reason}.`;
  return new AppError('INVALID_INPUT', `${text} Unpack ${basename(file)} yourself and import the folder.`, { cause });
}
