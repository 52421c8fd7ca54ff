import { describe, expect, it } from 'vitest';
import type { Weights } from '../../../shared/networks/network.ts';
import type { PrefixExecutor } from './executor.ts';
import { keepExecutor, takeKeptExecutor } from './kept-executor.ts';

function fakeExecutor(): PrefixExecutor & { readonly isClosed: () => boolean } {
  let isClosed = false;
  return {
    ...{ name: 'fake', version: '1', device: 'cpu', threads: 1, rowLength: 1 },
    run: async () => new Float32Array(1),
    close: async () => {
      isClosed = true;
    },
    isClosed: () => isClosed,
  };
}

describe('the executor that is kept between jobs', () => {
  const weights: Weights = new Map();
  const work = { weights, name: 'all of it' };

  it('is given to the next job with the same work, and to one job only', async () => {
    const executor = fakeExecutor();
    await keepExecutor(work, executor);
    expect(await takeKeptExecutor(work)).toBe(executor);
    expect(await takeKeptExecutor(work)).toBeNull();
    expect(executor.isClosed()).toBe(false);
  });

  it.each([
    ['another cut', { weights, name: 'half of it' }],
    ['equal weights that were read anew', { weights: new Map(), name: 'all of it' }],
  ])('is closed for %s', async (_, other) => {
    const executor = fakeExecutor();
    await keepExecutor(work, executor);
    expect(await takeKeptExecutor(other)).toBeNull();
    expect(executor.isClosed()).toBe(true);
  });

  it('gives way to the one that is kept after it', async () => {
    const [first, second] = [fakeExecutor(), fakeExecutor()];
    await keepExecutor(work, first);
    await keepExecutor({ weights, name: 'half of it' }, second);
    expect([first.isClosed(), second.isClosed()]).toEqual([true, false]);
    await takeKeptExecutor(work);
  });
});
