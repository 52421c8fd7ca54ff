/** Photos sorted into folders by a run's answers. */
import { z } from 'zod';

export const SortId = z
  .string()
  .regex(/^sort_[a-z0-9]{12}$/, "the id of a sort is 'sort_' and 12 letters or digits; 'thaw sort --list' lists them")
  .brand<'SortId'>();
export type SortId = z.infer<typeof SortId>;

export const SortMode = z.enum(['copy', 'move']);
export type SortMode = z.infer<typeof SortMode>;

/** 'stopped': by the person; 'interrupted': the program ended in the middle. Both can be undone as any other. */
export const SortState = z.enum(['done', 'stopped', 'interrupted', 'undone']);
export type SortState = z.infer<typeof SortState>;

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** A new id from 12 draws of `random` (in [0, 1)). */
export function makeSortId(random: () => number): SortId {
  let letters = '';
  for (let index = 0; index < 12; index += 1) letters += LETTERS[Math.floor(random() * LETTERS.length)];
  return SortId.parse(`sort_${letters}`);
}
