import { createHash } from 'node:crypto';

/** SHA-256 of the bytes (of a text: its UTF-8), 64 lower-case hexadecimal digits. */
export function sha256Hex(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}
