/** Which trials of a sweep are not worth going on with: a pure function from reports to decisions. */
import type { Halving, SweepSpec } from '../domain/sweep.ts';

/** How one trial stands: its validation loss after each epoch so far, in nats. Losses that are no number come last. */
export type TrialReports = { readonly position: number; readonly losses: readonly number[]; readonly isOver: boolean };

/** How long the longest of its trials may be. */
export function mostEpochsOf({ base, dimensions }: Pick<SweepSpec, 'base' | 'dimensions'>): number {
  const searched = dimensions.filter(({ name }) => name === 'epochs');
  const ends = searched.flatMap((dimension) => (dimension.kind === 'range' ? [dimension.high] : dimension.values));
  return Math.max(base.recipe.epochs, ...ends.map(Number));
}

/** Epochs after which a trial is judged: grace, grace * eta, grace * eta^2, ... */
export function rungsOf({ eta, graceEpochs }: Halving, mostEpochs: number): number[] {
  const rungs: number[] = [];
  for (let rung = graceEpochs; rung < mostEpochs; rung *= eta) {
    const epoch = Math.ceil(rung - 1e-9);
    if (rungs.at(-1) !== epoch && epoch < mostEpochs) rungs.push(epoch);
  }
  return rungs;
}

/**
 * Positions of running trials that stop now.
 *
 * At the last rung that a trial has reached it is compared, by its least loss up to there, with all trials that came to
 * that rung: it goes on if it is among the best 1 / eta of them, counted up. With fewer than eta of them nobody is
 * stopped. Li et al. 2020, arXiv:1810.05934, as a stopping rule (no trial is paused and promoted later).
 */
export function trialsToStop(halving: Halving, trials: readonly TrialReports[], mostEpochs: number): number[] {
  const rungs = rungsOf(halving, mostEpochs);
  return trials
    .filter(({ isOver }) => !isOver)
    .filter(({ losses }) => {
      const rung = rungs.findLast((epoch) => epoch <= losses.length);
      if (rung === undefined) return false;
      const atRung = trials.filter((other) => other.losses.length >= rung).map((other) => bestUpTo(other.losses, rung));
      if (atRung.length < halving.eta) return false;
      const kept = Math.ceil(atRung.length / halving.eta - 1e-9);
      const better = atRung.filter((loss) => loss < bestUpTo(losses, rung)).length;
      return better >= kept;
    })
    .map(({ position }) => position);
}

function bestUpTo(losses: readonly number[], epochs: number): number {
  return Math.min(...losses.slice(0, epochs).map((loss) => (Number.isNaN(loss) ? Number.POSITIVE_INFINITY : loss)));
}
