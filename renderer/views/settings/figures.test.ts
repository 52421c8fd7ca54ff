import { describe, expect, it } from 'vitest';
import type { DoctorReport } from '../../../shared/contract/commands.ts';
import { StoragePart } from '../../../shared/contract/machine.ts';
import { lossDifference, sameDigits, standingOf } from './doctor-figures.ts';
import { isWorthCleaning } from './storage-parts.ts';

const backend = (name: string, losses: number[]) => ({
  backend: name,
  available: losses.length > 0,
  losses,
  stepsPerSecond: null,
  note: '',
});
const report = (...backends: DoctorReport['backends']): DoctorReport => ({ backends, chosen: 'used', executors: [] });

describe('losses of a way to compute', () => {
  it('are compared with those of the one in use, over the steps that both took', () => {
    const other = backend('other', [2, 1.001]);
    const seen = lossDifference(other, report(backend('used', [2, 1, 0.5]), other));
    expect(seen).toBeCloseTo(0.001, 10);
  });

  it('are not compared with themselves, nor where there are none', () => {
    const used = backend('used', [2, 1]);
    expect(lossDifference(used, report(used))).toBeNull();
    expect(lossDifference(backend('gone', []), report(used))).toBeNull();
    expect(lossDifference(used, { ...report(used), chosen: null })).toBeNull();
  });

  it('are told by the number of digits that agree', () => {
    expect(sameDigits(0.001)).toBe(3);
    expect(sameDigits(0.009)).toBe(2);
    expect(sameDigits(6.6e-9)).toBe(8);
    expect(sameDigits(3)).toBe(0);
    expect(sameDigits(0)).toBe(15);
  });
});

it('a way to compute is in use, works, or is missing', () => {
  expect(standingOf(true, true)).toBe('chosen');
  expect(standingOf(true, false)).toBe('available');
  expect(standingOf(false, false)).toBe('missing');
});

it('cleaning is offered where it frees something: the newest backup stays, photos and runs are never offered', () => {
  expect(isWorthCleaning({ part: 'backups', files: 1 })).toBe(false);
  expect(isWorthCleaning({ part: 'backups', files: 2 })).toBe(true);
  expect(isWorthCleaning({ part: 'features', files: 0 })).toBe(false);
  const offered = StoragePart.options.filter((part) => isWorthCleaning({ part, files: 9 }));
  expect(offered.toSorted()).toEqual(['backups', 'deleted-runs', 'features', 'previews']);
});
