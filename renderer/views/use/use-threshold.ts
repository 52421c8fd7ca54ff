import { useStore } from 'zustand';
import type { Dial, RunJudgement } from '../../../shared/domain/judging.ts';
import { askedStore } from './asked-store.ts';

/** Below which score an answer is unsure: the run's own threshold until the dial is moved; else that of the probability. */
export function useThreshold(judgement: RunJudgement | null): number {
  const thresholdPercent = useStore(askedStore, (state) => state.thresholdPercent);
  const missedPercent = useStore(askedStore, (state) => state.missedPercent);
  if (judgement === null) return thresholdPercent / 100;
  const dial = judgement.dials[judgement.score];
  return missedPercent === null ? dial.threshold : (dial.known[missedPercent] ?? dial.threshold);
}

/** Where a threshold stands: percent of the own photos that it misses. */
export function missedAt({ known }: Pick<Dial, 'known'>, threshold: number): number {
  const place = known.findIndex((score) => score >= threshold);
  return place < 0 ? Math.max(0, known.length - 1) : place;
}

/** Share of the strangers that score at least so; null: none were at hand. */
export function letInAt({ strangers }: Pick<Dial, 'strangers'>, threshold: number): number | null {
  if (strangers.length === 0) return null;
  return strangers.filter((score) => score >= threshold).length / strangers.length;
}
