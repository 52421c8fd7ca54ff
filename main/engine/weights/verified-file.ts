/** A weights file as its hash says it is, kept in memory for the next job as long as the file stays the same. */
import { stat } from 'node:fs/promises';
import type { Weights } from '../../../shared/networks/network.ts';
import { sha256OfFile } from './checked-file.ts';
import { readSafetensors } from './safetensors.ts';

const MOST_KEPT_BYTES = 128 * 1024 * 1024; // an engine that waits should stay small

type Kept = { readonly identity: string; readonly weights: Weights };
let kept: Kept | null = null;

/**
 * The tensors, after the file's SHA-256 was found to be the wanted one; else what it was, through `differs`.
 *
 * The same file asked for again gives the same map: nobody writes into it. Throws as readSafetensors.
 */
export async function readVerified(
  file: string,
  wantedSha256: string,
  differs: (foundSha256: string) => Error,
): Promise<Weights> {
  const identity = `${wantedSha256} ${await identityOf(file)}`;
  if (kept?.identity === identity) return kept.weights;
  kept = null;
  const found = await sha256OfFile(file);
  if (found !== wantedSha256) throw differs(found);
  const weights = await readSafetensors(file);
  if (bytesOf(weights) <= MOST_KEPT_BYTES) kept = { identity, weights };
  return weights;
}

/** Whether the next reader of their file gets the same ones. */
export function areKept(weights: Weights): boolean {
  return kept?.weights === weights;
}

/** Changes with every change of a file: nobody can set the time of its last change of status. */
async function identityOf(file: string): Promise<string> {
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
  return [file, dev, ino, size, mtimeNs, ctimeNs].join(' ');
}

function bytesOf(weights: Weights): number {
  return [...weights.values()].reduce((sum, { values }) => sum + values.byteLength, 0);
}
