import { expect, it } from 'vitest';
import { openPlainCpu } from '../tensorflow/door.ts';
import { trainFewStepsOnCpu } from './doctor-child.ts';
import { trainFewSteps } from './doctor-steps.ts';

it('trains the same few steps in a process whose GPU is hidden, or says that TensorFlow is missing', async () => {
  const plain = await trainFewSteps(await openPlainCpu(), () => false);
  expect(plain.losses.length).toBeGreaterThan(0);
  const child = await trainFewStepsOnCpu(2).catch((error: unknown) => {
    expect(error).toMatchObject({ code: 'BACKEND_MISSING' });
    console.warn(`LEFT OUT: ${(error as Error).message}`);
    return null;
  });
  if (child === null) return;
  expect(child.trainer).toContain('tensorflow-cpu');
  expect(child.losses.length).toBeGreaterThanOrEqual(plain.losses.length);
  for (const [epoch, loss] of plain.losses.entries())
    expect(Math.abs((child.losses[epoch] ?? 0) / loss - 1)).toBeLessThan(1e-5);
});

it('stops when it is asked to', async () => {
  await expect(trainFewSteps(await openPlainCpu(), () => true)).rejects.toMatchObject({ code: 'CANCELLED' });
});
