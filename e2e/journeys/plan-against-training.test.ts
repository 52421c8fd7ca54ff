/** The planner's prediction against real epochs: long, so with THAW_FULL=1. */
import { describe, expect, it } from 'vitest';
import { benchPlan } from '../bench/plan.ts';

const isFull = process.env.THAW_FULL === '1';
if (!isFull) console.warn('LEFT OUT: the plan against real epochs (THAW_FULL=1 is not set)');

describe.skipIf(!isFull)('the plan', () => {
  it('tells seconds of an epoch at two depths and the peak memory within a factor of 2', async () => {
    for (const { name, ratio } of await benchPlan()) {
      expect(ratio, name).toBeGreaterThan(0.5);
      expect(ratio, name).toBeLessThan(2);
    }
  }, 600_000);
});
