import { expect, it } from 'vitest';
import { sortedNaturally } from './natural-order.ts';

const sorted = (...names: string[]): string[] =>
  sortedNaturally(names.map((name) => ({ name }))).map(({ name }) => name);

it('counts as people do, and orders letters by their code', () => {
  expect(sorted('10', '1', '2', '11')).toEqual(['1', '2', '10', '11']);
  expect(sorted('cat 10', 'cat 9', 'cat', 'neither', 'Tigger')).toEqual([
    'Tigger',
    'cat',
    'cat 9',
    'cat 10',
    'neither',
  ]);
  expect(sorted('v2.10', 'v2.9', 'v10.1')).toEqual(['v2.9', 'v2.10', 'v10.1']);
});

it('tells numbers of any length and leading zeros apart, and is an order: no two names are equal', () => {
  expect(sorted('9'.repeat(40), `1${'0'.repeat(40)}`)).toEqual(['9'.repeat(40), `1${'0'.repeat(40)}`]);
  expect(sorted('1', '01', '001', 'a1', 'a01')).toEqual(['001', '01', '1', 'a01', 'a1']);
  for (const [first, second] of [
    ['1', '01'],
    ['a', '1'],
    ['', 'a'],
    ['é', 'e\u0301'],
  ] as const)
    expect(sorted(first, second)).toEqual(sorted(second, first));
});
