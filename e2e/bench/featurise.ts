/** Features of photos by the engine's own path, in a process of its own. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { JobImage } from '../../main/engine/protocol/messages.ts';
import { Sha256 } from '../../shared/domain/ids.ts';

const script = fileURLToPath(new URL('featurise-pass.ts', import.meta.url));

export function jobImageOf(path: string, known: Partial<Pick<JobImage, 'label' | 'side'>> = {}): JobImage {
  const imageId = Sha256.parse(createHash('sha256').update(readFileSync(path)).digest('hex'));
  return { imageId, path, label: null, groupId: imageId, side: null, ...known };
}

/** listFile: JobImage[] as JSON; outputFile becomes raw float32 [N, 1280] in its order; `computed`: not from the cache. */
export function runFeaturisePass(
  listFile: string,
  featuresFolder: string,
  outputFile: string,
): { readonly seconds: number; readonly computed: number } {
  const done = spawnSync(process.execPath, [script, listFile, featuresFolder, outputFile], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`The engine's pass failed: ${done.stderr.slice(-1000)}`);
  return JSON.parse(done.stdout) as { seconds: number; computed: number };
}

export function readFloats(file: string): Float32Array {
  const bytes = readFileSync(file);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}
