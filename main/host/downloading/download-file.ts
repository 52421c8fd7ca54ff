/** One file of the hub onto this disk, gone on with where an earlier try ended. */
import { open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../shared/contract/errors.ts';
import { takeWriterLock } from '../../engine/features/writer-lock.ts';
import { writeFileAtomically } from '../../kernel/atomic-write.ts';
import { ensureFreeSpace } from '../../kernel/folders.ts';
import { asWriteFailure } from '../../kernel/system-error.ts';
import { DownloadFailed, findHubFile, type HubAccess, type HubFile, type HubPlace } from './hub-file.ts';

const MOST_FILE_BYTES = 4 * 1024 ** 3;
const RESERVE_BYTES = 200_000_000;
const PAUSES_MS = [500, 2000, 5000]; // before another try; a try that brought something starts them anew

const partName = 'file.part';
const Told = z.strictObject({
  repository: z.string(),
  path: z.string(),
  revision: z.string(),
  tag: z.string(),
  bytes: z.int().positive(),
});
type Told = z.infer<typeof Told>;

export type DownloadRequest = {
  readonly place: HubPlace;
  readonly folder: string; // of this file alone; is made
  readonly access: HubAccess;
  readonly onBytes: (done: number, total: number) => void;
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
};

export type Downloaded = {
  readonly file: string;
  readonly sha256: string | null; // as the hub tells it; compared by whoever uses the file
  readonly resumedFromBytes: number;
  readonly done: (keep: 'nothing' | 'part') => Promise<void>; // must be called once
};

/**
 * The whole file, its content not yet compared with any hash.
 *
 * Throws NOT_FOUND, DOWNLOAD_FAILED, DISK_FULL, CANCELLED; what arrived stays for the next try. PROJECT_LOCKED while
 * another process downloads the same.
 */
export async function downloadFile(request: DownloadRequest): Promise<Downloaded> {
  const { place, folder, access } = request;
  const release = await takeWriterLock(folder);
  try {
    const hubFile = await triedAgain(request, () => findHubFile(place, access));
    const { bytes, tag, sha256 } = hubFile;
    if (bytes > MOST_FILE_BYTES)
      throw new AppError('INVALID_INPUT', `${place.repository}/${place.path} has ${bytes} bytes.`);
    const have = await keptBytes(folder, { ...place, tag, bytes });
    await ensureFreeSpace(folder, bytes - have, RESERVE_BYTES);
    await fetchRest(request, hubFile, have);
    const done = async (keep: 'nothing' | 'part'): Promise<void> => {
      if (keep === 'nothing') await rm(folder, { recursive: true, force: true });
      else await release();
    };
    return { file: join(folder, partName), sha256, resumedFromBytes: have, done };
  } catch (error) {
    await release();
    throw error;
  }
}

/** How much of an entry lies here, of how much; null: nothing. */
export async function findPart(folder: string): Promise<{ readonly bytes: number; readonly of: number } | null> {
  const told = await readTold(folder);
  const bytes = await sizeOf(join(folder, partName));
  return told === null || bytes === 0 ? null : { bytes, of: told.bytes };
}

/** The length of a part of the very same file; anything else is removed. */
async function keptBytes(folder: string, now: Told): Promise<number> {
  const told = await readTold(folder);
  const part = join(folder, partName);
  const have = await sizeOf(part);
  const isSame = told !== null && JSON.stringify(told) === JSON.stringify(Told.parse(now)) && have <= now.bytes;
  if (isSame) return have;
  await rm(part, { force: true });
  await writeFileAtomically(join(folder, 'told.json'), [Buffer.from(JSON.stringify(Told.parse(now)))]);
  return 0;
}

async function readTold(folder: string): Promise<Told | null> {
  try {
    return Told.parse(JSON.parse(await readFile(join(folder, 'told.json'), 'utf8')));
  } catch {
    return null; // not there, or of another version: the part is then worth nothing
  }
}

async function sizeOf(file: string): Promise<number> {
  return await stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

async function fetchRest(request: DownloadRequest, hubFile: HubFile, have: number): Promise<void> {
  const file = join(request.folder, partName);
  const handle = await open(file, 'a').catch((error: unknown) => {
    throw asWriteFailure(file, error);
  });
  let at = have;
  try {
    request.onBytes(at, hubFile.bytes);
    await triedAgain(request, async (moved) => {
      if (at === hubFile.bytes) return;
      for await (const chunk of hubFile.read(at)) {
        if (at + chunk.byteLength > hubFile.bytes) throw new DownloadFailed('more came than was told');
        await handle.appendFile(chunk).catch((error: unknown) => {
          throw asWriteFailure(file, error);
        });
        at += chunk.byteLength;
        moved();
        request.onBytes(at, hubFile.bytes);
      }
      if (at < hubFile.bytes) throw new DownloadFailed(`the connection ended after ${at} of ${hubFile.bytes} bytes`);
    });
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A few tries, as long as the network is to blame. Throws DOWNLOAD_FAILED. */
async function triedAgain<T>(
  { place, access, pause = pauseFor }: DownloadRequest,
  attempt: (moved: () => void) => Promise<T>,
): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await attempt(() => {
        failures = 0;
      });
    } catch (error) {
      if (!(error instanceof DownloadFailed)) throw error;
      const wait = PAUSES_MS[failures];
      if (wait === undefined) throw givenUp(place, error);
      await pause(wait, access.signal);
    }
  }
}

function givenUp({ repository, path }: HubPlace, error: DownloadFailed): AppError {
  return new AppError(
    'DOWNLOAD_FAILED',
    `${repository}/${path}: ${error.message}. What has come is kept: ask again, and it goes on from there.`,
    { cause: error },
  );
}

function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(new AppError('CANCELLED', 'Stopped as asked.'));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
