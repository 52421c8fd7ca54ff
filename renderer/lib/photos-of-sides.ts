import type { ProjectSummary } from '../../shared/contract/commands.ts';
import type { SplitSide } from '../../shared/domain/ids.ts';

/** Labelled photos of each side. */
export function photosOfSides({ classes }: ProjectSummary): Readonly<Record<SplitSide, number>> {
  const sum = (side: SplitSide): number => classes.reduce((total, one) => total + one[side], 0);
  return { train: sum('train'), val: sum('val'), test: sum('test') };
}
