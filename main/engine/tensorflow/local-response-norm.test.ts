import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { normal, seededRandom } from '../../../shared/math/random.ts';
import { openPlainCpu } from './door.ts';
import { composedLocalResponseNorm } from './local-response-norm.ts';
import type { TensorOps } from './ops.ts';

const shape = [2, 3, 3, 8];
const random = seededRandom(3);
const values = (): Float32Array => Float32Array.from({ length: 144 }, () => normal(random));

type Norm = Pick<TensorOps, 'localResponseNorm' | 'localResponseNormGradient'>;

it.each([
  { radius: 2, bias: 2, alpha: 0.3, beta: 0.75 },
  { radius: 1, bias: 1, alpha: 1, beta: 0.5 },
])('gives what the kernel of tfjs on the CPU gives, forward and backward: %j', async (geometry) => {
  const ops = await openPlainCpu();
  const before = ops.tensorCount();
  const [x, dy] = [ops.fromArray(values(), shape), ops.fromArray(values(), shape)];
  const compute = async (norm: Norm) => {
    const y = norm.localResponseNorm(x, geometry);
    const dx = norm.localResponseNormGradient(dy, { x, y, geometry });
    const numbers = [...(await ops.read(y)), ...(await ops.read(dx))];
    ops.dispose(y, dx);
    return numbers;
  };
  const wanted = await compute(ops);
  const found = await compute(composedLocalResponseNorm(tf));
  for (const [index, value] of wanted.entries()) expect(found[index]).toBeCloseTo(value, 5);
  expect(wanted.length).toBe(288);
  ops.dispose(x, dy);
  expect(ops.tensorCount()).toBe(before);
});
