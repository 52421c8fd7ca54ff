import { expect, it } from 'vitest';
import type { ProjectSummary } from '../../shared/contract/commands.ts';
import { ClassName } from '../../shared/domain/ids.ts';
import { nextStep } from './next-step.ts';

const project = (runs: number, ...photos: readonly number[]): Pick<ProjectSummary, 'classes' | 'runs'> => ({
  runs,
  classes: photos.map((train, at) => ({ name: ClassName.parse(`class ${at}`), train, val: 0, test: 0 })),
});

it('leads to the photos until two classes have some: a class without photos does not count', () => {
  expect(nextStep(project(0))).toBe('photos');
  expect(nextStep(project(0, 12))).toBe('photos');
  expect(nextStep(project(0, 12, 0))).toBe('photos');
});

it('leads to training once two classes have photos, whichever side of the split they are on', () => {
  expect(nextStep(project(0, 3, 4))).toBe('train');
  const name = (text: string) => ClassName.parse(text);
  const classes = [
    { name: name('a'), train: 0, val: 1, test: 0 },
    { name: name('b'), train: 0, val: 0, test: 1 },
  ];
  expect(nextStep({ runs: 0, classes })).toBe('train');
});

it('leads to Use after the first run, and leaves people alone after the second', () => {
  expect(nextStep(project(1, 3, 4))).toBe('use');
  expect(nextStep(project(2, 3, 4))).toBeNull();
});
