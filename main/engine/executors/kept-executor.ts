/** An executor that was opened for rows that turned out to be stored, kept for the next job with the same frozen part. */
import type { Weights } from '../../../shared/networks/network.ts';
import type { PrefixExecutor } from './executor.ts';

/** What it computes: the very same weights in memory, and the rest in words. */
export type FrozenWork = { readonly weights: Weights; readonly name: string };

let kept: { readonly work: FrozenWork; readonly executor: PrefixExecutor } | null = null;

/** The one that was kept, if it does this; one that does other work is closed. The caller keeps or closes it. */
export async function takeKeptExecutor({ weights, name }: FrozenWork): Promise<PrefixExecutor | null> {
  const found = kept;
  kept = null;
  if (found === null) return null;
  if (found.work.weights === weights && found.work.name === name) return found.executor;
  await found.executor.close();
  return null;
}

/** In the place of whatever was kept before. */
export async function keepExecutor(work: FrozenWork, executor: PrefixExecutor): Promise<void> {
  const before = kept;
  kept = { work, executor };
  await before?.executor.close();
}
