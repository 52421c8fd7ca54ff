import { expect, it } from 'vitest';
import type { NamedTensor } from '../../../shared/networks/network.ts';
import { describeDifferences, matchWeights } from './match.ts';

const tensor = (...shape: number[]): NamedTensor => ({
  shape,
  values: new Float32Array(shape.reduce((product, extent) => product * extent, 1)),
});

it('fault 37: sorts parameters into matched, missing, mis-shaped and unexpected, without guessing', () => {
  const fits = tensor(4, 3, 1, 1);
  const weights = new Map([
    ['extra', tensor(1)],
    ['fits', fits],
    ['turned', tensor(3, 2)],
    ['flat', tensor(6)],
  ]);
  const match = matchWeights(
    [
      { name: 'turned', shape: [2, 3] },
      { name: 'flat', shape: [6, 1] },
      { name: 'fits', shape: [4, 3, 1, 1] },
      { name: 'absent', shape: [5] },
    ],
    weights,
  );
  expect([...match.matched]).toEqual([['fits', fits]]);
  expect(match.missing).toEqual([{ name: 'absent', shape: [5] }]);
  expect(match.unexpected).toEqual([{ name: 'extra', shape: [1] }]);
  expect(match.mismatched.map(({ name }) => name)).toEqual(['turned', 'flat']);
  expect(describeDifferences(match, 2)).toBe(
    'turned: expected [2,3], found [3,2]\nflat: expected [6,1], found [6]\nand 2 more',
  );
});
