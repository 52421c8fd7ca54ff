import { describe, expect, it } from 'vitest';
import { Recipe } from '../domain/recipe.ts';
import { findNetwork } from '../networks/registry.ts';
import { judgeRoom } from './room.ts';
import { stageCost } from './stage-costs.ts';

const recipe = Recipe.parse({});
const whole = stageCost(findNetwork('tf_efficientnet_lite0'), 'stem', { photos: 10_000, views: 1, recipe });
const plenty = { freeDiskBytes: 1e12, cachedBytes: 0, memoryBytes: 1e12 };
const judge = (room: Partial<typeof plenty>) => judgeRoom(whole, { ...plenty, ...room }, recipe.batchSize);

describe('judgeRoom', () => {
  it('is content where there is plenty', () => {
    expect(judge({})).toEqual({ kind: 'fits' });
  });

  it('refuses before the disk runs out, counting what the cache may hold already', () => {
    expect(judge({ freeDiskBytes: whole.cacheBytes - 1 }).kind).toBe('disk-short');
    expect(judge({ freeDiskBytes: whole.cacheBytes / 2, cachedBytes: whole.cacheBytes }).kind).toBe('disk-tight');
    expect(judge({ freeDiskBytes: whole.cacheBytes + 1 }).kind).toBe('disk-tight'); // nothing is left for the log
    expect(judge({ freeDiskBytes: whole.cacheBytes + 1e9 }).kind).toBe('fits');
  });

  it('refuses where not even one photo fits into memory, and says what to do', () => {
    const verdict = judge({ memoryBytes: whole.leastMemoryBytes - 1 });
    expect(verdict.kind).toBe('memory-short');
    expect(verdict).toHaveProperty('advice', expect.stringContaining('Freeze more stages'));
  });

  it('names the batch that fits, by halving', () => {
    const perImage = (whole.peakMemoryBytes - whole.leastMemoryBytes) / (recipe.batchSize - 1);
    expect(judge({ memoryBytes: whole.leastMemoryBytes + perImage * 9 })).toMatchObject({
      kind: 'batch-too-large',
      batchSize: 8,
    });
    const recomputes = judge({ memoryBytes: whole.recomputing.memoryBytes });
    expect(recomputes).toHaveProperty('advice', expect.stringContaining('only with activations computed twice'));
    const tighter = judge({ memoryBytes: whole.recomputing.memoryBytes - 1 });
    expect(tighter).toHaveProperty('advice', expect.not.stringContaining('computed twice'));
    expect(judge({ memoryBytes: whole.leastMemoryBytes })).toMatchObject({ kind: 'batch-too-large', batchSize: 1 });
  });
});
