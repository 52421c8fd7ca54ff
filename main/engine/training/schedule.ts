/** Learning rates of a run, by optimizer step. */

export type SchedulePlan = {
  readonly kind: 'cosine' | 'constant';
  readonly peak: number;
  readonly totalSteps: number;
  readonly warmUpSteps: number; // linear, from peak / warmUpSteps; only of 'cosine'
};

/** The rate of step `step` (from 0): half a cosine from the peak to almost 0. Loshchilov and Hutter 2017, arXiv:1608.03983. */
export function learningRateAt(plan: SchedulePlan, step: number): number {
  const { kind, peak, totalSteps, warmUpSteps } = plan;
  if (kind === 'constant') return peak;
  if (step < warmUpSteps) return (peak * (step + 1)) / warmUpSteps;
  const progress = (step - warmUpSteps) / Math.max(totalSteps - warmUpSteps, 1);
  return (peak * (1 + Math.cos(Math.PI * Math.min(progress, 1)))) / 2;
}
