import { z } from 'zod';

/** SHA-256 of a file's content, lower-case hex. It is the id of a photo. */
export const Sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'a SHA-256 is 64 digits, 0 to 9 and a to f')
  .brand<'Sha256'>();
export type Sha256 = z.infer<typeof Sha256>;

export const RunId = z
  .string()
  .regex(/^run_[a-z0-9]{12}$/, "the id of a run is 'run_' and 12 letters or digits; 'thaw runs' lists them")
  .brand<'RunId'>();
export type RunId = z.infer<typeof RunId>;

/** What a person calls a class: 1 to 80 UTF-16 units, no control, line-break or direction-override characters. */
export const ClassName = z
  .string()
  .min(1)
  .max(80)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]+$/u, 'a class name has no control characters')
  .brand<'ClassName'>();
export type ClassName = z.infer<typeof ClassName>;

export const SplitSide = z.enum(['train', 'val', 'test']);
export type SplitSide = z.infer<typeof SplitSide>;

/** Id of a stage of a network (a place where one tensor crosses); 'input' is the picture itself. */
export const StageId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$/)
  .brand<'StageId'>();
export type StageId = z.infer<typeof StageId>;

const ID_LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** 12 letters and digits from 12 draws of `random` (in [0, 1)). */
export function drawLetters(random: () => number): string {
  let letters = '';
  for (let index = 0; index < 12; index += 1) letters += ID_LETTERS[Math.floor(random() * ID_LETTERS.length)];
  return letters;
}

/** A new run id. */
export function makeRunId(random: () => number): RunId {
  return RunId.parse(`run_${drawLetters(random)}`);
}
