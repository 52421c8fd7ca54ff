import { expect, it } from 'vitest';
import { adaptivePoolMatrix } from './adaptive-pool.ts';

it('takes four pixels from 0, 3, 7 and 10 where 14 become 4, as the auxiliary heads of GoogLeNet need it', () => {
  const matrix = adaptivePoolMatrix([1, 14, 1], [4, 1]);
  for (const [mean, start] of [0, 3, 7, 10].entries()) {
    const shares = Array.from({ length: 14 }, (_, row) => matrix[row * 4 + mean]!);
    expect(shares).toEqual(shares.map((_, row) => (row >= start && row < start + 4 ? 0.25 : 0)));
  }
});

it('is the identity where the extents are the same', () => {
  const matrix = adaptivePoolMatrix([5, 3, 2], [3, 2]);
  expect([...matrix]).toEqual(Array.from({ length: 36 }, (_, at) => (at % 7 === 0 ? 1 : 0)));
});
