/** What the doctor measured, set beside each other. */
import type { DoctorReport } from '../../../shared/contract/commands.ts';

export type Backend = DoctorReport['backends'][number];

/** Largest relative difference of a backend's losses to the chosen one's, over the steps both took; null: nothing to compare. */
export function lossDifference(backend: Backend, { backends, chosen }: DoctorReport): number | null {
  const reference = backends.find((one) => one.backend === chosen);
  if (reference === undefined || reference.backend === backend.backend) return null;
  const steps = Math.min(backend.losses.length, reference.losses.length);
  if (steps === 0) return null;
  const differences = Array.from({ length: steps }, (_, step) => {
    const expected = reference.losses[step]!;
    return Math.abs(backend.losses[step]! - expected) / Math.abs(expected);
  });
  return Math.max(...differences);
}

export type Standing = 'chosen' | 'available' | 'missing';

export function standingOf(isAvailable: boolean, isChosen: boolean): Standing {
  if (isChosen) return 'chosen';
  return isAvailable ? 'available' : 'missing';
}

const DOUBLE_DIGITS = 15; // more than these a float64 does not tell

/** To how many decimal digits two figures are the same, from their relative difference: 0.001 is 3. */
export function sameDigits(relativeDifference: number): number {
  if (relativeDifference === 0) return DOUBLE_DIGITS;
  return Math.max(0, Math.min(DOUBLE_DIGITS, Math.floor(-Math.log10(relativeDifference) + 1e-9)));
}
