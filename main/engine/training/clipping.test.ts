import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openTensorFlow } from '../tensorflow/door.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import { clipGradients, globalNorm } from './clipping.ts';

const Clipped = z.object({
  max_norm: z.number(),
  norm: z.number(),
  gradients: z.record(z.string(), z.array(z.number())),
});
/** Made by e2e/fixtures/torch-optimizers.py with clip_grad_norm_. */
const torch = z
  .object({ clipping: z.array(Clipped) })
  .parse(JSON.parse(readFileSync(new URL('../../../e2e/fixtures/torch-optimizers.json', import.meta.url), 'utf8')));

let ops: TensorOps;
beforeAll(async () => {
  ops = await openTensorFlow({ threads: 2 });
});

const gradients = () =>
  new Map([
    [
      'weight',
      ops.fromArray(
        Float32Array.from({ length: 6 }, (_, at) => Math.sin(at + 6)),
        [2, 3],
      ),
    ],
    [
      'bias',
      ops.fromArray(
        Float32Array.from({ length: 2 }, (_, at) => Math.sin(at + 4)),
        [2],
      ),
    ],
  ]);

describe('clipGradients', () => {
  it.each(torch.clipping)('to $max_norm gives what PyTorch gives, and leaves no tensor behind', async (wanted) => {
    const before = ops.tensorCount();
    const clipped = clipGradients(ops, gradients(), wanted.max_norm);
    for (const [name, values] of Object.entries(wanted.gradients)) {
      const found = await ops.read(clipped.get(name)!);
      for (const [at, value] of values.entries()) expect(found[at]).toBeCloseTo(value, 6);
    }
    const norm = globalNorm(ops, clipped.values());
    expect((await ops.read(norm))[0]).toBeCloseTo(Math.min(wanted.norm, wanted.max_norm), 4);
    ops.dispose(norm, ...clipped.values());
    expect(ops.tensorCount()).toBe(before);
  });

  it('leaves short gradients as they are, to the last bit', async () => {
    const [plain, clipped] = [gradients(), clipGradients(ops, gradients(), 1000)];
    for (const [name, tensor] of plain) expect(await ops.read(clipped.get(name)!)).toEqual(await ops.read(tensor));
    ops.dispose(...plain.values(), ...clipped.values());
  });

  it('hides no gradient that is no number', async () => {
    const broken = clipGradients(ops, new Map([['bias', ops.fromArray(Float32Array.of(1, Number.NaN), [2])]]), 1);
    expect([...(await ops.read(broken.get('bias')!))]).toEqual([Number.NaN, Number.NaN]);
    ops.dispose(...broken.values());
  });
});
