/** Answers for files, each with the score that tells it from a stranger. */
import { readFileSync } from 'node:fs';
import { Sha256 } from '../../../shared/domain/ids.ts';
import { tempered } from '../../../shared/math/calibration.ts';
import { energyScore, probabilityScore } from '../../../shared/math/known-score.ts';
import { sha256Hex } from '../../kernel/hashing.ts';
import type { AnswerJob, FileAnswer } from '../protocol/answering-jobs.ts';
import type { JobImage } from '../protocol/messages.ts';
import type { Bank } from './kept-bank.ts';
import { nearestOf } from './likeness.ts';

const SURELY_ANOTHER = 0.999; // a photo's cosine to itself is 1 but for rounding; below, its content need not be looked at

type Judging = Pick<AnswerJob, 'temperature' | 'judge'> & {
  readonly classes: readonly string[];
  readonly bank: Bank | null; // null: likeness is not the score
};
type Batch = {
  readonly paths: readonly string[];
  readonly logits: Float32Array; // [batch, K]
  readonly rows: Float32Array | null; // [batch, D]
};

/** In the order of a batch's paths. */
export function judgeBy({ temperature, judge, classes, bank }: Judging): (batch: Batch) => Promise<FileAnswer[]> {
  const named = judge?.neitherClass == null ? -1 : classes.indexOf(judge.neitherClass);
  const neither = named < 0 ? null : named;
  return async ({ paths, logits, rows }) => {
    const isLikened = bank !== null && bank.images.length > 0 && rows !== null;
    const cosines = isLikened ? await bank.cosines(rows, paths.length) : new Float32Array(0);
    const answerOf = (path: string, row: number): FileAnswer => {
      const own = logits.subarray(row * classes.length, (row + 1) * classes.length);
      const probabilities = tempered(own, temperature);
      const probability = Math.max(...probabilities);
      const score = (): number | null => {
        if (judge === null) return null;
        if (judge.score === 'energy') return energyScore({ views: [own], neither });
        if (judge.score === 'probability') return probabilityScore({ views: [own], temperature, neither });
        if (!isLikened) return -1;
        const { images } = bank;
        const mine = cosines.subarray(row * images.length, (row + 1) * images.length);
        return likenessOf(path, { bank: images, cosines: mine, nearest: judge.nearest });
      };
      return { answer: probabilities.indexOf(probability), probability, score: score() };
    };
    return paths.map(answerOf);
  };
}

type Compared = {
  readonly bank: readonly JobImage[];
  readonly cosines: Float32Array; // [bank]
  readonly nearest: number;
};

/** A file that the run learnt from is not likened to itself; its content is looked at only where it might be one. */
function likenessOf(path: string, { bank, cosines, nearest }: Compared): number {
  const mayBeKnown = cosines.some((cosine) => cosine > SURELY_ANOTHER);
  const imageId = mayBeKnown ? contentOf(path) : NOBODY;
  return nearestOf({ image: { imageId, groupId: imageId }, bank, cosines }, nearest).likeness;
}

/** Waits for the disk: the other way would wait behind all the photos that are being decoded. */
function contentOf(path: string): Sha256 {
  try {
    return Sha256.parse(sha256Hex(readFileSync(path)));
  } catch {
    return NOBODY; // moved or taken away meanwhile
  }
}

const NOBODY = Sha256.parse('0'.repeat(64));
