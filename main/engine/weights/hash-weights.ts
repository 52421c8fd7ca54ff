import { createHash } from 'node:crypto';
import { Sha256 } from '../../../shared/domain/ids.ts';
import type { Weights } from '../../../shared/networks/network.ts';

/** SHA-256 over names, shapes and float32 bytes in the order of names: equal for equal weights. */
export function hashWeights(weights: Weights): Sha256 {
  const hash = createHash('sha256');
  for (const [name, { shape, values }] of [...weights].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${name} ${shape.join('x')}\n`);
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return Sha256.parse(hash.digest('hex'));
}
