import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Recipe } from '../../../shared/domain/recipe.ts';
import { learningRateAt, type SchedulePlan, schedulePlan } from './schedule.ts';

/** Made by e2e/fixtures/torch-optimizers.py: 20 steps at a peak of 0.4. */
const torch = z
  .object({ schedules: z.record(z.string(), z.array(z.number())) })
  .parse(JSON.parse(readFileSync(new URL('../../../e2e/fixtures/torch-optimizers.json', import.meta.url), 'utf8')));

const ratesOf = (plan: SchedulePlan): number[] =>
  Array.from({ length: plan.totalSteps }, (_, step) => learningRateAt(plan, step));
const of = (settings: Partial<Recipe>, stepsPerEpoch: number): SchedulePlan =>
  schedulePlan(Recipe.parse({ learningRate: 0.4, ...settings }), stepsPerEpoch);

describe('schedules', () => {
  it.each([
    { name: 'one-cycle', plan: of({ schedule: 'one-cycle', warmUpFraction: 0.3, epochs: 4 }, 5) },
    { name: 'cosine', plan: of({ schedule: 'cosine', warmUpFraction: 0, epochs: 4 }, 5) },
    { name: 'step', plan: of({ schedule: 'step', warmUpFraction: 0, stepEpochs: 1.2, epochs: 4 }, 5) },
  ])("$name gives PyTorch's rates", ({ name, plan }) => {
    const rates = ratesOf(plan);
    expect(rates).toHaveLength(20);
    for (const [step, wanted] of torch.schedules[name]!.entries()) expect(rates[step]).toBeCloseTo(wanted, 12);
  });

  it('cosine and step warm up along a line to the peak', () => {
    for (const schedule of ['cosine', 'step'] as const) {
      const rates = ratesOf(of({ schedule, warmUpFraction: 0.2, stepEpochs: 100, epochs: 5 }, 4));
      for (const [step, wanted] of [0.1, 0.2, 0.3, 0.4, 0.4].entries()) expect(rates[step]).toBeCloseTo(wanted, 12);
    }
  });

  it('constant stays at the peak, from the first step on', () => {
    expect(new Set(ratesOf(of({ schedule: 'constant' }, 3)))).toEqual(new Set([0.4]));
  });

  it('falls after fractions of an epoch, as often as the epochs say', () => {
    const plan = of({ schedule: 'step', warmUpFraction: 0, stepEpochs: 2.4, stepFactor: 0.5, epochs: 12 }, 10);
    const falls = ratesOf(plan).flatMap((rate, step, all) => (step > 0 && rate < all[step - 1]! ? [step] : []));
    expect(falls).toEqual([24, 48, 72, 96]);
  });

  it('one-cycle has its only peak where the warm-up ends, also in a run of one step', () => {
    const rates = ratesOf(of({ schedule: 'one-cycle', warmUpFraction: 0.25, epochs: 8 }, 5));
    expect(rates.indexOf(Math.max(...rates))).toBe(9);
    expect(ratesOf(of({ schedule: 'one-cycle', epochs: 1 }, 1))).toEqual([0.4]);
  });
});
