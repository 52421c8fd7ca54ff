import { expect, it } from 'vitest';
import { ClassName } from '../../../shared/domain/ids.ts';
import { countsAt } from './sort-counts.ts';
import { suggestedOutput } from './sort-store.ts';

/** Photos of one class, each with its probability in percent. */
const atLeast = (...percents: number[]): number[] =>
  Array.from({ length: 101 }, (_, percent) => percents.filter((own) => own >= percent).length);

it('counts what would go to each class and to review as the threshold moves', () => {
  const plan = {
    classes: ['Tigger', 'Misty'].map((name) => ClassName.parse(name)),
    photos: 5,
    atLeast: [atLeast(95, 60, 51), atLeast(99, 80)],
  };
  const at = (percent: number) => {
    const { perClass, review } = countsAt(plan, percent);
    return [...perClass.map(({ photos }) => photos), review];
  };
  expect(at(0)).toEqual([3, 2, 0]);
  expect(at(60)).toEqual([2, 2, 1]);
  expect(at(90)).toEqual([1, 1, 3]);
  expect(at(100)).toEqual([0, 0, 5]);
});

it('suggests a folder beside the one that is sorted', () => {
  expect(suggestedOutput('/home/me/Photos/')).toBe('/home/me/Photos sorted');
  expect(suggestedOutput('C:\\Photos')).toBe('C:\\Photos sorted');
});
