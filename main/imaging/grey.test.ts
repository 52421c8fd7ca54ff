import { expect, it } from 'vitest';
import { toGrey, valuesPerView } from './grey.ts';

it('weighs red, green and blue as ITU-R BT.601 does, view by view', () => {
  const red = [1, 0, 0, 1];
  const green = [0, 0, 0.5, 0.25];
  const blue = [0, 0, 1, 1];
  const grey = toGrey(Float32Array.from([...red, ...green, ...blue, ...blue, ...blue, ...blue]), 2);
  const wanted = [0.299, 0, 0.587 * 0.5 + 0.114, 0.299 + 0.587 * 0.25 + 0.114, ...blue];
  expect(grey).toHaveLength(8);
  for (const [at, value] of wanted.entries()) expect(grey[at]).toBeCloseTo(value, 6);
});

it('leaves a grey pixel as it is, since the weights sum to one', () => {
  expect(toGrey(Float32Array.of(0.3, 0.3, 0.3), 1)[0]).toBeCloseTo(0.3, 6);
});

it('counts one plane for a grey network and three for the others', () => {
  expect(valuesPerView({ cropSize: 32, isGrey: true })).toBe(1024);
  expect(valuesPerView({ cropSize: 32 })).toBe(3072);
});
