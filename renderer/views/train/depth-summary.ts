/** What a freeze depth means, as figures for the sentence under the slider. */
import type { PlannedDepth } from '../../../shared/contract/planning.ts';
import type { NetworkBlock } from './network-blocks.ts';

export type DepthSummary = {
  readonly learningShare: number; // of the parameters, 0 to 1
  readonly learningParameters: number;
  readonly frozenMultiplications: number; // of one photo, once
  readonly trainedMultiplications: number; // of one photo, forward; each epoch
  readonly planned: PlannedDepth | null; // measured and judged by the host; null: not there yet
};

export function summariseDepth(
  blocks: readonly NetworkBlock[],
  stop: number,
  planned: readonly PlannedDepth[],
): DepthSummary {
  const sum = (of: readonly NetworkBlock[], what: 'parameters' | 'multiplications'): number =>
    of.reduce((total, block) => total + block[what], 0);
  const [frozen, learning] = [blocks.slice(0, stop), blocks.slice(stop)];
  const learningParameters = sum(learning, 'parameters');
  const all = sum(blocks, 'parameters');
  return {
    learningShare: all === 0 ? 1 : learningParameters / all,
    learningParameters,
    frozenMultiplications: sum(frozen, 'multiplications'),
    trainedMultiplications: sum(learning, 'multiplications'),
    planned: planned[stop] ?? null,
  };
}

/** Photos a class for which a depth is usual: [from, to], to null: no limit. Borders are those of the advice. */
export function usualPhotos(
  regime: 'softmax' | 'later-stages' | 'everything',
  borders: { readonly laterStages: number; readonly everything: number },
): readonly [number, number | null] {
  if (regime === 'softmax') return [2, borders.laterStages];
  return regime === 'later-stages' ? [borders.laterStages, borders.everything] : [borders.everything, null];
}
