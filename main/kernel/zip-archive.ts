/** Zip archives that may come from anywhere: their entries one after the other, and what each is. */
import type { Readable } from 'node:stream';
import { type Entry, open, type ZipFile } from 'yauzl';

export type { Entry };
/** The caller's failure for an archive that is not sound. */
export type Refuse = (reason: string, cause?: unknown) => Error;

export type Archive = {
  readonly entryCount: number; // as it says itself
  readonly bytes: number; // of the whole file
  /** The next entry in the archive's own order; null: no more. */
  readonly next: () => Promise<Entry | null>;
  /** What an entry holds; more or fewer bytes than it says end the stream with an error. */
  readonly read: (entry: Entry) => Promise<Readable>;
  readonly close: () => void;
};

/** Whoever opened it closes it. Everything but `close` throws what `refuse` makes. */
export async function openArchive(file: string, refuse: Refuse): Promise<Archive> {
  const options = { lazyEntries: true, autoClose: false, strictFileNames: true, validateEntrySizes: true };
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    open(file, options, (error, found) => (error === null ? resolve(found) : reject(refuse(error.message, error))));
  });
  return {
    entryCount: zip.entryCount,
    bytes: zip.fileSize,
    next: () => nextEntry(zip, refuse),
    read: (entry) =>
      new Promise((resolve, reject) => {
        const name = JSON.stringify(entry.fileName.slice(0, 100));
        zip.openReadStream(entry, (error, stream) =>
          error === null ? resolve(stream) : reject(refuse(`${name}: ${error.message}`, error)),
        );
      }),
    close: () => zip.close(),
  };
}

function nextEntry(zip: ZipFile, refuse: Refuse): Promise<Entry | null> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      zip.removeAllListeners();
      finish();
    };
    zip.once('entry', (entry: Entry) => settle(() => resolve(entry)));
    zip.once('end', () => settle(() => resolve(null)));
    zip.once('error', (error: Error) => settle(() => reject(refuse(error.message, error))));
    zip.readEntry();
  });
}

/** By the Unix mode, where the archive has one; 'other': a link or a device. */
export function entryKind({ externalFileAttributes }: Entry): 'file' | 'folder' | 'other' {
  const type = (externalFileAttributes >>> 28) & 0xf;
  if (type === 0x4) return 'folder';
  return type === 0 || type === 0x8 ? 'file' : 'other';
}
