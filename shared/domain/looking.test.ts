import { expect, it } from 'vitest';
import { lookVerdict } from './looking.ts';

it.each([
  [{ answer: 1, withoutHot: 0, withoutRest: 1 }, 'region'],
  [{ answer: 1, withoutHot: 1, withoutRest: 0 }, 'background'],
  [{ answer: 1, withoutHot: 1, withoutRest: 1 }, 'either'],
  [{ answer: 1, withoutHot: 0, withoutRest: 2 }, 'together'],
] as const)('%o: %s decides', (asked, verdict) => {
  expect(lookVerdict(asked)).toBe(verdict);
});
