/** Files dropped on a browser have no path: they are sent here, imported from here, and removed with the server. */
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { dirname, join, parse } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { AppError } from '../../../shared/contract/errors.ts';
import { ensureFreeSpace, listNames } from '../../kernel/folders.ts';
import { isAlive } from '../../kernel/process-identity.ts';
import { asWriteFailure, systemErrorCode } from '../../kernel/system-error.ts';

export const MOST_UPLOAD_BYTES = 300_000_000; // of one file; photos are refused at 150 megapixels anyway
export const MOST_UPLOADS = 20_000; // of one session
const RESERVE_BYTES = 500_000_000; // for the rest of the app
const MAX_DEPTH = 32;
const MAX_NAME_BYTES = 255;
const MAX_TWINS = 100;

const SessionName = z.string().regex(/^[a-z0-9]{8,32}$/);
const windowsUnfit = /[\p{Cc}\\:*?"<>|]|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/iu;

export type Uploaded = { readonly path: string; readonly root: string }; // the file, and the folder of its session
export type Uploads = {
  /** Stores one body. Throws INVALID_INPUT (name, session, count), IMAGE_TOO_LARGE, DISK_FULL, FILE_PERMISSION. */
  readonly store: (
    request: IncomingMessage,
    place: { readonly session: string; readonly name: string },
  ) => Promise<Uploaded>;
  readonly drop: (session: string) => Promise<void>; // throws INVALID_INPUT
  readonly close: () => Promise<void>; // removes what is left
};

/** Removes what servers that have died left; each server has folders of its own, named by its process. */
export async function createUploads(projectFolder: string, pid: number): Promise<Uploads> {
  const folder = join(projectFolder, 'uploads');
  for (const name of await listNames(folder)) {
    const owner = Number(/^(\d+)-/.exec(name)?.[1] ?? 0);
    if (owner > 0 && (owner === pid || !isAlive(owner))) await rm(join(folder, name), { recursive: true, force: true });
  }
  const counts = new Map<string, number>();
  const rootOf = (session: string): string => {
    if (!SessionName.safeParse(session).success)
      throw new AppError('INVALID_INPUT', 'An upload needs a session of 8 to 32 letters a-z or digits.');
    return join(folder, `${pid}-${session}`);
  };
  return {
    store: async (request, { session, name }) => {
      const root = rootOf(session);
      const count = (counts.get(session) ?? 0) + 1;
      if (count > MOST_UPLOADS || (counts.size >= MOST_UPLOADS && count === 1))
        throw new AppError(
          'INVALID_INPUT',
          `More than ${MOST_UPLOADS} files were dropped at once. Import a folder by its path.`,
        );
      counts.set(session, count);
      return { path: await storeBody(request, join(root, checkedName(name))), root };
    },
    drop: async (session) => {
      await rm(rootOf(session), { recursive: true, force: true });
      counts.delete(session);
    },
    close: async () => {
      for (const session of counts.keys()) await rm(rootOf(session), { recursive: true, force: true });
    },
  };
}

/** 'a/b.jpg' as it came, where every part is a plain name; throws INVALID_INPUT. */
export function checkedName(name: string, platform: NodeJS.Platform = process.platform): string {
  const parts = name.split('/');
  const isPlain = (part: string): boolean =>
    part !== '' &&
    part !== '.' &&
    part !== '..' &&
    Buffer.byteLength(part) <= MAX_NAME_BYTES &&
    part.isWellFormed() &&
    !part.includes('\0') &&
    !(platform === 'win32' && windowsUnfit.test(part));
  if (parts.length <= MAX_DEPTH && parts.every(isPlain)) return join(...parts);
  throw new AppError(
    'INVALID_INPUT',
    `'${name.slice(0, 80)}' is no plain file name. Rename the file and drop it again.`,
  );
}

async function storeBody(request: IncomingMessage, wanted: string): Promise<string> {
  const length = Number(request.headers['content-length'] ?? Number.NaN);
  if (!Number.isSafeInteger(length)) throw new AppError('INVALID_INPUT', 'An upload must say how long it is.');
  if (length > MOST_UPLOAD_BYTES) throw tooLarge();
  await mkdir(dirname(wanted), { recursive: true }).catch((error: unknown) => {
    throw asWriteFailure(wanted, error);
  });
  await ensureFreeSpace(dirname(wanted), length, RESERVE_BYTES);
  for (let twin = 1; twin <= MAX_TWINS; twin += 1) {
    const path = twin === 1 ? wanted : numbered(wanted, twin);
    if (await writeBody(request, path)) return path;
  }
  throw new AppError('INVALID_INPUT', `${wanted}: dropped ${MAX_TWINS} times already. Import what is there first.`);
}

/** False where a file of that name is there already; nothing of the body was read then. */
async function writeBody(request: IncomingMessage, path: string): Promise<boolean> {
  const file = await openNew(path);
  if (file === null) return false;
  try {
    await pipeline(request, sizeLimit(), file.createWriteStream());
    return true;
  } catch (error) {
    await rm(path, { force: true });
    throw asWriteFailure(path, error);
  }
}

async function openNew(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'wx', 0o600);
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return null;
    throw asWriteFailure(path, error);
  }
}

function sizeLimit(): Transform {
  let bytes = 0;
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      bytes += chunk.length;
      if (bytes > MOST_UPLOAD_BYTES) done(tooLarge());
      else done(null, chunk);
    },
  });
}

function tooLarge(): AppError {
  return new AppError(
    'IMAGE_TOO_LARGE',
    `A file over ${MOST_UPLOAD_BYTES / 1e6} MB cannot be dropped. Make it smaller.`,
  );
}

function numbered(path: string, twin: number): string {
  const { dir, name, ext } = parse(path);
  return join(dir, `${name} (${twin})${ext}`);
}
