import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { ZipFile } from 'yazl';
import { AppError } from '../../shared/contract/errors.ts';
import { Sha256 } from '../../shared/domain/ids.ts';
import { writeFileAtomically } from '../kernel/atomic-write.ts';
import { canonicalJson } from '../kernel/canonical-json.ts';
import { sha256Hex } from '../kernel/hashing.ts';
import { MANIFEST_NAME, Manifest, type PackedFile } from './manifest.ts';

const EPOCH = new Date(0); // of every entry: the same content gives the same bytes

/** A file to go in: where it lies, where it goes, and its hash where that is known (a photo's name is its hash). */
export type FileToPack = { readonly source: string; readonly path: string; readonly sha256?: Sha256 };
export type PackRequest = Omit<Manifest, 'format' | 'formatVersion' | 'files'> & {
  readonly files: readonly FileToPack[];
};
export type PackOptions = {
  readonly onProgress?: (done: number, total: number) => void; // files
  readonly signal?: AbortSignal;
};
export type WrittenPack = { readonly packId: Sha256; readonly bytes: number; readonly files: number };

/** Writes a pack as a whole or not at all. Throws DISK_FULL, FILE_PERMISSION, NOT_FOUND, CANCELLED. */
export async function writePack(output: string, request: PackRequest, options: PackOptions = {}): Promise<WrittenPack> {
  const { onProgress, signal } = options;
  const files: PackedFile[] = [];
  for (const [at, { source, path, sha256 }] of request.files.entries()) {
    requireGoingOn(signal);
    files.push({ path, ...(await describe(source, sha256)) });
    onProgress?.(at, 2 * request.files.length);
  }
  const manifest = Manifest.parse({ format: 'thaw-pack', formatVersion: 1, ...request, files });
  const text = Buffer.from(canonicalJson(manifest));
  const zip = new ZipFile();
  zip.addBuffer(text, MANIFEST_NAME, { mtime: EPOCH, compress: false });
  for (const { source, path } of request.files)
    zip.addFile(source, path, { mtime: EPOCH, mode: 0o100644, compress: false });
  zip.end();
  const failed = new Promise<never>((_, reject) => zip.on('error', (error: unknown) => reject(error)));
  failed.catch(() => undefined); // it is heard through the race below
  let bytes = 0;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for await (const chunk of zip.outputStream as AsyncIterable<Buffer>) {
      requireGoingOn(signal);
      bytes += chunk.byteLength;
      yield chunk;
    }
  }
  await Promise.race([writeFileAtomically(output, chunks()), failed]);
  onProgress?.(2 * request.files.length, 2 * request.files.length);
  return { packId: Sha256.parse(sha256Hex(text)), bytes, files: files.length };
}

/** The id that a pack of this content has, without writing it. */
export function packIdOf(manifest: Manifest): Sha256 {
  return Sha256.parse(sha256Hex(canonicalJson(Manifest.parse(manifest))));
}

async function describe(source: string, known: Sha256 | undefined): Promise<Pick<PackedFile, 'bytes' | 'sha256'>> {
  try {
    const { size: bytes } = await stat(source);
    if (known !== undefined) return { bytes, sha256: known };
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(source)) hash.update(chunk as Buffer);
    return { bytes, sha256: Sha256.parse(hash.digest('hex')) };
  } catch (error) {
    const text = `${source}: cannot be read, so no pack was made. Put it back, or clean the project in Settings.`;
    throw new AppError('NOT_FOUND', text, { cause: error });
  }
}

function requireGoingOn(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AppError('CANCELLED', 'Stopped as asked.');
}
