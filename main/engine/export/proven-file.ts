/** A file that is there only once it was read back from the disk and agreed. */
import { randomUUID } from 'node:crypto';
import { readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder, writeFileAtomically } from '../../kernel/atomic-write.ts';
import { asWriteFailure } from '../../kernel/system-error.ts';

export type Proof<T> = {
  readonly prove: (written: Uint8Array) => Promise<T>; // of the bytes as they are on the disk
  readonly agrees: (proof: T) => boolean;
};

/**
 * Writes beside `path`, proves what is on the disk, and takes the name where that agrees; answers the proof.
 *
 * Where it does not, or where the proof throws, nothing is left and an older file of that name stays. Throws DISK_FULL, FILE_PERMISSION.
 */
export async function writeProvenFile<T>(path: string, bytes: Uint8Array, { prove, agrees }: Proof<T>): Promise<T> {
  const unproven = `${path}.${randomUUID()}.unproven`; // the name is no part of any result
  try {
    await writeFileAtomically(unproven, [bytes]);
    const proof = await prove(await readFile(unproven));
    if (agrees(proof)) {
      await rename(unproven, path).catch((error: unknown) => {
        throw asWriteFailure(path, error);
      });
      await syncFolder(dirname(path));
    }
    return proof;
  } finally {
    await rm(unproven, { force: true });
  }
}
