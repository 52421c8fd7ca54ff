/** Learning rates of a run, by optimizer step. */
import type { Recipe } from '../../../shared/domain/recipe.ts';

export type SchedulePlan = {
  readonly kind: Recipe['schedule'];
  readonly peak: number;
  readonly totalSteps: number;
  readonly warmUpSteps: number; // linear, from peak / warmUpSteps; not of 'constant'; of 'one-cycle': the rising part
  readonly fallSteps?: number; // of 'step': from one fall to the next, counted from step 0; may be a fraction
  readonly fallFactor?: number; // of 'step'
};

/** One-cycle starts at peak / 25 and ends at 1e-4 of that: PyTorch's defaults. */
const ONE_CYCLE = { startFraction: 1 / 25, endFraction: 1 / 25e4 } as const;

/** Steps are those of the optimizer: where mini-batches are accumulated, several of these make one. */
export function schedulePlan(
  recipe: Pick<Recipe, 'schedule' | 'learningRate' | 'epochs'> &
    Partial<Pick<Recipe, 'warmUpFraction' | 'stepEpochs' | 'stepFactor'>>,
  stepsPerEpoch: number,
): SchedulePlan {
  const { schedule, learningRate, epochs, warmUpFraction = 0.1, stepEpochs = 10, stepFactor = 0.1 } = recipe;
  const totalSteps = stepsPerEpoch * epochs;
  return {
    kind: schedule,
    peak: learningRate,
    totalSteps,
    warmUpSteps: warmUpFraction === 0 ? 0 : Math.max(1, Math.floor(totalSteps * warmUpFraction)),
    fallSteps: stepEpochs * stepsPerEpoch,
    fallFactor: stepFactor,
  };
}

/** The rate of step `step` (from 0). Pure: the same plan and step give the same rate, so that a run can go on anywhere. */
export function learningRateAt(plan: SchedulePlan, step: number): number {
  const { kind, peak, totalSteps, warmUpSteps } = plan;
  if (kind === 'constant') return peak;
  if (kind === 'one-cycle') return oneCycle(plan, step);
  if (step < warmUpSteps) return (peak * (step + 1)) / warmUpSteps;
  if (kind === 'step') {
    const falls = Math.floor(step / Math.max(plan.fallSteps ?? totalSteps, 1e-9) + 1e-9); // 2.4 * 10 / 24 is 1 all the same
    return peak * (plan.fallFactor ?? 1) ** falls;
  }
  return cosine({ from: peak, to: 0 }, (step - warmUpSteps) / Math.max(totalSteps - warmUpSteps, 1));
}

/** Half a cosine, progress 0 to 1. Loshchilov and Hutter 2017, arXiv:1608.03983. */
function cosine({ from, to }: { readonly from: number; readonly to: number }, progress: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * Math.min(progress, 1)))) / 2;
}

/** Up and down along half cosines, with PyTorch's turning point. Smith and Topin 2018, arXiv:1708.07120. */
function oneCycle({ peak, totalSteps, warmUpSteps }: SchedulePlan, step: number): number {
  const [start, end] = [peak * ONE_CYCLE.startFraction, peak * ONE_CYCLE.endFraction];
  const top = Math.max(warmUpSteps - 1, 0);
  if (step < top) return cosine({ from: start, to: peak }, step / top);
  return cosine({ from: peak, to: end }, (step - top) / Math.max(totalSteps - 1 - top, 1));
}
