import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Sha256 } from '../../../../shared/domain/ids.ts';

const PIECE_BYTES = 4 * 1024 * 1024;

/** SHA-256 of a file, read in pieces; `breathe` may throw between them. */
export async function hashWholeFile(file: string, breathe: () => void): Promise<Sha256> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: PIECE_BYTES })) {
    hash.update(chunk as Buffer);
    breathe();
  }
  return Sha256.parse(hash.digest('hex'));
}
