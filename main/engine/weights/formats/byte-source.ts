/** A file, or a part of one, that is read by offset: nothing is read twice at once, and nothing as a whole. */
import { open } from 'node:fs/promises';
import { AppError } from '../../../../shared/contract/errors.ts';
import { systemErrorCode } from '../../../kernel/system-error.ts';
import { DamagedFile } from '../checked-file.ts';

const PAGE_BYTES = 65_536;
const MOST_PAGES = 32;
const MOST_FILE_BYTES = 16 * 1024 ** 3;

export type ByteSource = {
  readonly file: string;
  readonly bytes: number;
  /** Throws DamagedFile where the range leaves the source, before anything is allocated. */
  readonly read: (start: number, length: number) => Promise<Uint8Array<ArrayBuffer>>;
  readonly close: () => Promise<void>;
};

/** The caller closes it. Throws NOT_FOUND, FILE_PERMISSION, DamagedFile. */
export async function openByteSource(file: string): Promise<ByteSource> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw asOpenFailure(file, error);
  });
  const stats = await handle.stat();
  const refusal = !stats.isFile()
    ? 'it is not a file'
    : stats.size > MOST_FILE_BYTES
      ? `it has ${stats.size} bytes, over the limit of ${MOST_FILE_BYTES}`
      : null;
  if (refusal !== null) {
    await handle.close();
    throw new DamagedFile(refusal);
  }
  const direct = async (start: number, length: number): Promise<Uint8Array<ArrayBuffer>> => {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const { bytesRead } = await handle.read(bytes, done, length - done, start + done);
      if (bytesRead === 0) throw new DamagedFile('it became shorter while it was read');
      done += bytesRead;
    }
    return bytes;
  };
  return { file, bytes: stats.size, read: paged(stats.size, direct), close: () => handle.close() };
}

/** `length` bytes of a source from `start` on, as a source of its own; it ends with the other. Throws DamagedFile. */
export function partOf(source: ByteSource, start: number, length: number): ByteSource {
  requireInside(source.bytes, start, length);
  return {
    file: source.file,
    bytes: length,
    read: (from, count) => {
      requireInside(length, from, count);
      return source.read(start + from, count);
    },
    close: async () => undefined,
  };
}

/** A source that may be read for some bytes in all until `lift` is called: a table that refers to itself ends so. */
export function budgeted(
  source: ByteSource,
  mostBytes: number,
): { readonly source: ByteSource; readonly lift: () => void } {
  let left = mostBytes;
  const read: ByteSource['read'] = (start, length) => {
    left -= length;
    if (left < 0) throw new DamagedFile('its tables lead over the same bytes again and again');
    return source.read(start, length);
  };
  const lift = (): void => {
    left = Number.POSITIVE_INFINITY;
  };
  return { source: { ...source, read }, lift };
}

/** Throws DamagedFile unless all of the range is inside `bytes`. */
export function requireInside(bytes: number, start: number, length: number): void {
  const isRange = Number.isSafeInteger(start) && Number.isSafeInteger(length) && start >= 0 && length >= 0;
  if (!isRange || start + length > bytes)
    throw new DamagedFile(`${length} bytes at ${start} are told of, and it has ${bytes}`);
}

type Read = ByteSource['read'];

/** Small reads come from pages that are kept, the last ones used. */
function paged(fileBytes: number, direct: Read): Read {
  const pages = new Map<number, Uint8Array>();
  const pageAt = async (index: number): Promise<Uint8Array> => {
    const start = index * PAGE_BYTES;
    const page = pages.get(index) ?? (await direct(start, Math.min(PAGE_BYTES, fileBytes - start)));
    pages.delete(index);
    pages.set(index, page);
    const oldest = pages.keys().next().value;
    if (pages.size > MOST_PAGES && oldest !== undefined) pages.delete(oldest);
    return page;
  };
  return async (start, length) => {
    requireInside(fileBytes, start, length);
    const first = Math.floor(start / PAGE_BYTES);
    if (length === 0 || length > PAGE_BYTES / 2 || first !== Math.floor((start + length - 1) / PAGE_BYTES))
      return direct(start, length);
    const offset = start - first * PAGE_BYTES;
    return new Uint8Array((await pageAt(first)).subarray(offset, offset + length));
  };
}

function asOpenFailure(file: string, error: unknown): unknown {
  const code = systemErrorCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new AppError('NOT_FOUND', `${file}: no such weights file. Choose it again.`, { cause: error });
  if (code === 'EACCES' || code === 'EPERM')
    return new AppError('FILE_PERMISSION', `${file}: may not be read. Allow reading it and try again.`, {
      cause: error,
    });
  return new DamagedFile(`it cannot be opened (${code})`, { cause: error });
}
