/** The logits of photos that a fold held out, kept while settings are chosen: honest answers where no validation side is. */
import type { JudgedRow } from './linear-curves.ts';

const MOST_BYTES = 256 * 1024 * 1024; // of one trial, or of all strengths together; more is not worth its room

/** Whether so many numbers may be kept. */
export function mayKeep(values: number): boolean {
  return 4 * values <= MOST_BYTES;
}

export type TogetherRequest = {
  readonly rows: number; // N
  readonly classCount: number; // K
  readonly strengths: number;
  readonly folds: number; // members are strength by strength, fold by fold
};
export type KeptTogether = {
  readonly onJudged: (judged: JudgedRow) => void;
  readonly onEpoch: () => void; // all rows of all members were judged
  readonly ofStrength: (strength: number) => Float32Array; // [N, K], of the epoch with the least loss
};

/** Of members that train together: each strength's logits at its best epoch so far. */
export function keepTogether({ rows, classCount, strengths, folds }: TogetherRequest): KeptTogether {
  const width = rows * classCount;
  const own = Array.from({ length: strengths }, () => ({
    ...{ now: new Float32Array(width), loss: 0 },
    ...{ best: new Float32Array(width).fill(Number.NaN), least: Number.POSITIVE_INFINITY },
  }));
  return {
    onJudged: ({ member, row, loss, logits }) => {
      const strength = own[Math.floor(member / folds)]!;
      strength.now.set(logits, row * classCount);
      strength.loss += loss;
    },
    onEpoch: () => {
      for (const strength of own) {
        if (strength.loss < strength.least) {
          strength.best.set(strength.now);
          strength.least = strength.loss;
        }
        strength.loss = 0;
      }
    },
    ofStrength: (strength) => own[strength]!.best,
  };
}

export type Fold = {
  readonly isHeldOut: Uint8Array; // [N]
  readonly logits: Float32Array | null; // [epochs, held out, K]; null: none were kept
};

/** Of folds that were trained one after the other, at one epoch: [N, K], NaN for rows of a fold without logits. */
export function joinFolds(folds: readonly Fold[], epoch: number, classCount: number): Float32Array | null {
  const rows = folds[0]?.isHeldOut.length ?? 0;
  const joined = new Float32Array(rows * classCount).fill(Number.NaN);
  let found = false;
  for (const { isHeldOut, logits } of folds) {
    if (logits === null) continue;
    const held = [...isHeldOut.keys()].filter((row) => isHeldOut[row] === 1);
    for (const [at, row] of held.entries()) {
      const from = (epoch * held.length + at) * classCount;
      if (from + classCount > logits.length) return null; // a trial of another length
      joined.set(logits.subarray(from, from + classCount), row * classCount);
      found = true;
    }
  }
  return found ? joined : null;
}
