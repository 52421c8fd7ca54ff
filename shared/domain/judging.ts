/** How far a run's answers are believed: its temperature, and below which score a photo is called neither. */
import { z } from 'zod';
import { ClassName } from './ids.ts';

const Count = z.int().nonnegative();

/**
 * By what a photo is told from a stranger; each rises with how known it is, and leaves the class that means neither out.
 *
 * `probability`: the largest calibrated probability (Hendrycks and Gimpel 2017). `energy`: the log of the sum of the
 * exponentials of the logits (Liu et al. 2020). `neighbours`: likeness to the nearest photos learnt from (Sun et al. 2022).
 */
export const ScoreKind = z.enum(['probability', 'energy', 'neighbours']);
export type ScoreKind = z.infer<typeof ScoreKind>;

/** One score's dial: scores at 0 %, 1 %, ... 100 % of the held-out photos of each kind; empty where there are none. */
export const Dial = z.strictObject({
  threshold: z.number(), // photos that score below it are called neither
  known: z.array(z.number()).max(101),
  strangers: z.array(z.number()).max(101),
});
export type Dial = z.infer<typeof Dial>;

/** Where held-out answers come from: photos of the validation side, or the folds of cross-validation. */
export const HeldOutFrom = z.enum(['validation', 'folds']);
export type HeldOutFrom = z.infer<typeof HeldOutFrom>;

/** Kept with a run. */
export const RunJudgement = z.strictObject({
  temperature: z.number().positive(), // logits are divided by it before the softmax
  neitherClass: ClassName.nullable(), // the class of the run that means none of the others
  from: HeldOutFrom,
  photos: Count, // held-out ones, by which all this was measured
  strangers: Count, // photos of no class among them, and those of a folder
  score: ScoreKind, // the one that decides
  dials: z.strictObject({ probability: Dial, energy: Dial, neighbours: Dial }),
  isChosen: z.boolean(), // score and threshold were set by hand; calibrating again leaves them
});
export type RunJudgement = z.infer<typeof RunJudgement>;

const NEITHER_NAMES = [
  ...['neither', 'none', 'none of these', 'none of them', 'nothing', 'other', 'others', 'something else'],
  ...['都不是', '两者都不是', '以上都不是', '皆非', '其他', '其它'],
];

/** The class that means none of the others, by its name; null: none does. */
export function findNeitherClass<Name extends string>(classes: readonly Name[]): Name | null {
  return classes.find((name) => NEITHER_NAMES.includes(name.trim().toLowerCase())) ?? null;
}
