/** Whether a sweep may start another trial. */
import type { SweepBudget } from '../domain/sweep.ts';

export type Spent = {
  readonly runs: number; // started
  readonly minutes: number; // worked on
  readonly epochs: number; // of all trials together
};

/** The name of the limit that is reached, or null. */
export function limitReached(budget: SweepBudget, spent: Spent): keyof Spent | null {
  const names = ['runs', 'minutes', 'epochs'] as const;
  return names.find((name) => budget[name] !== null && spent[name] >= budget[name]) ?? null;
}
