import { expect, it } from 'vitest';
import { formatOf, NO_VALUE } from './format.ts';

const english = formatOf('en');

it('shows a dash for no value, never NaN', () => {
  for (const shown of [english.count(null), english.percent(Number.NaN), english.bytes(undefined), english.rate(null)])
    expect(shown).toBe(NO_VALUE);
});

it('fault 40: carries units: bytes by 1024, durations by size, clocks with two digits', () => {
  expect(english.bytes(0)).toBe('0 bytes');
  expect(english.bytes(3 * 1024 * 1024)).toBe('3 MB');
  expect(english.duration(3.21)).toBe('3.2 ms'); // never '0 sec'
  expect(english.duration(400)).toBe('0.4 sec');
  expect(english.duration(200_000)).toBe('3 min 20 sec');
  expect(english.duration(59_700)).toBe('1 min');
  expect(english.clock(3723)).toBe('1:02:03');
  expect(english.clock(7)).toBe('0:07');
  expect(english.percentInterval([0.812, 0.901])).toBe('81.2–90.1%');
});

it('says times as people do', () => {
  const now = Date.parse('2026-05-01T12:00:00Z');
  expect(english.relative('2026-05-01T11:55:00Z', now)).toBe('5 minutes ago');
  expect(formatOf('zh-CN').relative('2026-04-30T12:00:00Z', now)).toBe('昨天');
});
