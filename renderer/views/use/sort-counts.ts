/** How many photos would go where, at a threshold. */
import type { CommandOutput } from '../../../shared/contract/commands.ts';

export type SortPlan = CommandOutput<'sort.plan'>;

export type SortCount = { readonly name: string; readonly position: number; readonly photos: number };

/** A count a class, in the run's order, and those that go to review. */
export function countsAt(
  { classes, atLeast, photos }: Pick<SortPlan, 'classes' | 'atLeast' | 'photos'>,
  surePercent: number,
): { readonly perClass: readonly SortCount[]; readonly review: number } {
  const perClass = classes.map((name, position) => ({ name, position, photos: atLeast[position]?.[surePercent] ?? 0 }));
  return { perClass, review: photos - perClass.reduce((sum, one) => sum + one.photos, 0) };
}
