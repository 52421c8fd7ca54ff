/** Opens a pack that may come from anywhere: nothing in it is believed before it was compared with the manifest. */
import { createHash } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import { AppError } from '../../shared/contract/errors.ts';
import { Sha256 } from '../../shared/domain/ids.ts';
import { writeFileAtomically } from '../kernel/atomic-write.ts';
import { sha256Hex } from '../kernel/hashing.ts';
import { systemErrorCode } from '../kernel/system-error.ts';
import { type Archive, type Entry, entryKind, openArchive } from '../kernel/zip-archive.ts';
import { MANIFEST_NAME, Manifest, MOST_MANIFEST_BYTES, type PackedFile } from './manifest.ts';

const STORED = 0;
const MOST_ENTRIES = 1_000_001;

export type OpenPack = {
  readonly packId: Sha256;
  readonly manifest: Manifest;
  /** Writes one of its files, whole and with the hash that the manifest says, or not at all. */
  readonly extract: (file: PackedFile, target: string) => Promise<void>;
  readonly close: () => void;
};

/** Whoever opened it closes it. Throws NOT_FOUND, INVALID_INPUT for anything that is no sound pack, DISK_FULL by extract. */
export async function openPack(file: string): Promise<OpenPack> {
  const zip = await openArchive(file, (reason, cause) => missing(file, cause) ?? refuse(file, reason, cause));
  try {
    const { text, manifest } = await readManifest(file, zip);
    const entries = await listEntries(file, zip, manifest);
    return {
      packId: Sha256.parse(sha256Hex(text)),
      manifest,
      extract: (packed, target) => extract({ file, zip, entry: entries.get(packed.path) }, packed, target),
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

/** Throws DISK_FULL unless the disk of an existing folder has room for all files of a pack. */
export async function requireRoomForPack({ files }: Manifest, folder: string): Promise<void> {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const { bavail, bsize } = await statfs(folder);
  if (bytes < bavail * bsize) return;
  const megabytes = (count: number): string => `${Math.ceil(count / 1e6)} MB`;
  throw new AppError(
    'DISK_FULL',
    `The pack holds ${megabytes(bytes)}, but only ${megabytes(bavail * bsize)} are free. Free some space and try again.`,
  );
}

async function readManifest(file: string, zip: Archive): Promise<{ text: Buffer; manifest: Manifest }> {
  if (zip.entryCount > MOST_ENTRIES) throw refuse(file, 'it has too many entries');
  const entry = await zip.next();
  if (entry === null || entry.fileName !== MANIFEST_NAME) throw refuse(file, `it does not begin with ${MANIFEST_NAME}`);
  requirePlain(file, entry);
  if (entry.uncompressedSize > Math.min(MOST_MANIFEST_BYTES, zip.bytes))
    throw refuse(file, 'its manifest is too large');
  const chunks: Buffer[] = [];
  for await (const chunk of await zip.read(entry)) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.toString('utf8'));
  } catch (error) {
    throw refuse(file, 'its manifest is not JSON', error);
  }
  const manifest = Manifest.safeParse(parsed);
  if (manifest.success) return { text, manifest: manifest.data };
  const [issue] = manifest.error.issues;
  throw refuse(
    file,
    `its manifest is not one of this version: ${issue?.path.join('.')}: ${issue?.message}`.slice(0, 300),
  );
}

/** Exactly the files of the manifest, each of the size that it says. */
async function listEntries(file: string, zip: Archive, { files }: Manifest): Promise<Map<string, Entry>> {
  const expected = new Map<string, PackedFile>(files.map((packed) => [packed.path, packed]));
  const found = new Map<string, Entry>();
  for (let entry = await zip.next(); entry !== null; entry = await zip.next()) {
    const name = JSON.stringify(entry.fileName.slice(0, 100));
    const packed = expected.get(entry.fileName);
    if (packed === undefined) throw refuse(file, `${name} is not in its manifest`);
    if (found.has(entry.fileName)) throw refuse(file, `${name} is in it twice`);
    requirePlain(file, entry);
    if (entry.uncompressedSize !== packed.bytes) throw refuse(file, `${name} has another size than its manifest says`);
    found.set(entry.fileName, entry);
  }
  if (found.size < expected.size) throw refuse(file, `${expected.size - found.size} of its files are missing`);
  return found;
}

/** Stored as it is: neither encrypted, deflated, a link nor a device. */
function requirePlain(file: string, entry: Entry): void {
  const name = JSON.stringify(entry.fileName.slice(0, 100));
  if (entryKind(entry) !== 'file') throw refuse(file, `${name} is a link, a folder or a device`);
  if (entry.isEncrypted()) throw refuse(file, `${name} is encrypted`);
  if (entry.compressionMethod !== STORED || entry.compressedSize !== entry.uncompressedSize)
    throw refuse(file, `${name} is compressed, and files of a pack never are`);
}

type Source = { readonly file: string; readonly zip: Archive; readonly entry: Entry | undefined };

async function extract({ file, zip, entry }: Source, { path, sha256 }: PackedFile, target: string): Promise<void> {
  if (entry === undefined) throw refuse(file, `${path} is not in it`);
  const stream = await zip.read(entry);
  const hash = createHash('sha256');
  async function* checked(): AsyncGenerator<Uint8Array> {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      hash.update(chunk);
      yield chunk;
    }
    if (hash.digest('hex') !== sha256)
      throw refuse(file, `${path} is damaged: it has another hash than the manifest says`);
  }
  await writeFileAtomically(target, checked());
}

function missing(file: string, cause: unknown): AppError | null {
  if (systemErrorCode(cause) !== 'ENOENT') return null;
  return new AppError('NOT_FOUND', `${file}: there is no such file. Choose the pack again.`, { cause });
}

function refuse(file: string, reason: string, cause?: unknown): AppError {
  const why = reason.replace(/\.+$/, '');
  return new AppError('INVALID_INPUT', `${file}: nothing of this pack was taken: ${why}. Have it made again.`, {
    cause,
  });
}
