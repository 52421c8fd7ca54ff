import { expect, it } from 'vitest';
import { doesAgree, type ExportCheck } from '../../../shared/domain/export.ts';
import { createTally, notTried } from './tally.ts';

const own = { runtime: 'r', source: 'file', decoder: 'own' } as const;

it('counts same answers and keeps the largest difference of any probability', () => {
  const tally = createTally(own);
  tally.add('a.jpg', [0.75, 0.25], [0.75, 0.25]);
  tally.add('b.jpg', [0.25, 0.75], [0.5, 0.5]); // the first of equals
  expect(tally.check()).toMatchObject({ pictures: 2, same: 1, largestDifference: 0.25 });
  expect(tally.check().disagreements).toEqual([{ picture: 'b.jpg', margin: 0.5 }]);
});

it('takes what is no number, or is missing, for as wrong as can be', () => {
  const tally = createTally(own);
  tally.add('a.jpg', [0.75, 0.25], [Number.NaN, 0.25]);
  expect(tally.check().largestDifference).toBe(1);
  const short = createTally(own);
  short.add('a.jpg', [0.75, 0.25], [0.75]);
  expect(short.check().largestDifference).toBe(1);
});

it('agrees where every class is the same and no probability is off by more than a thousandth', () => {
  const check: ExportCheck = {
    ...{ ...own, why: null, pictures: 500, same: 500, largestDifference: 0.001, disagreements: [] },
  };
  expect(doesAgree(check)).toBe(true);
  expect(doesAgree({ ...check, largestDifference: 0.0011 })).toBe(false);
  expect(doesAgree({ ...check, same: 499 })).toBe(false);
});

it('asks for 99 % behind another decoder, or for one close picture', () => {
  const check: ExportCheck = {
    ...{ ...own, decoder: 'other', why: null, pictures: 500, same: 495, largestDifference: 0.05 },
    disagreements: [{ picture: 'a.jpg', margin: 0.3 }],
  };
  expect(doesAgree(check)).toBe(true);
  expect(doesAgree({ ...check, same: 494 })).toBe(false);
  expect(doesAgree({ ...check, pictures: 12, same: 11 })).toBe(false);
  const close = [{ picture: 'a.jpg', margin: 0.01 }];
  expect(doesAgree({ ...check, pictures: 12, same: 11, disagreements: close })).toBe(true);
});

it('does not hold against an export what could not be tried, but says so', () => {
  const check = notTried(own, 'no browser');
  expect(doesAgree(check)).toBe(true);
  expect(check.why).toBe('no browser');
});
