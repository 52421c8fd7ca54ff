import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { seededRandom } from '../../../shared/math/random.ts';
import { listParameters } from '../../../shared/networks/parameters.ts';
import { findNetwork, networks } from '../../../shared/networks/registry.ts';
import { drawWeights, loadOrDrawWeights } from './drawn-weights.ts';

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'thaw-drawn-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe('drawn weights', () => {
  it.each(Object.keys(networks))('%s: every tensor of the network, in its shape, and finite', (id) => {
    const network = findNetwork(id);
    const weights = drawWeights(network, seededRandom(3));
    const wanted = listParameters(network).map(({ name, shape }) => [name, shape]);
    expect([...weights].map(([name, { shape }]) => [name, shape])).toEqual(wanted);
    const sums = [...weights.values()].map(({ values }) => values.reduce((sum, value) => sum + value, 0));
    expect(sums.every(Number.isFinite)).toBe(true);
  });

  it('have the variance 2 / fan-in, and norms that change nothing', () => {
    const weights = drawWeights(findNetwork('resnet18'), seededRandom(3));
    const { shape, values } = weights.get('layer4.1.conv2.weight')!; // 512 x 512 x 3 x 3
    expect(shape).toEqual([512, 512, 3, 3]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    const wanted = 2 / (512 * 9);
    expect(Math.abs(variance / wanted - 1)).toBeLessThan(0.01); // 2.4 million numbers: a standard error of 0.06 %
    expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(wanted / values.length));
    const of = (name: string) => new Set(weights.get(`layer4.1.bn2.${name}`)!.values);
    expect(['weight', 'bias', 'running_mean', 'running_var'].map(of)).toEqual([
      new Set([1]),
      new Set([0]),
      new Set([0]),
      new Set([1]),
    ]);
  });

  it('are the same at every call, and told apart by network', async () => {
    const folder = emptyFolder();
    const [first, again, other] = await Promise.all(
      ['lenet5', 'lenet5', 'plain18'].map((id) => loadOrDrawWeights(folder, id)),
    );
    expect(first!.isDrawn).toBe(true);
    expect(again).toEqual(first);
    expect(other!.weightsSha256).not.toBe(first!.weightsSha256);
  });

  it('never stand in for weights that are there but damaged, nor for an unknown network', async () => {
    const folder = emptyFolder();
    await mkdir(join(folder, 'lenet5'));
    await writeFile(join(folder, 'lenet5', 'spec.json'), '{');
    await expect(loadOrDrawWeights(folder, 'lenet5')).rejects.toMatchObject({ code: 'WEIGHTS_INVALID' });
    await expect(loadOrDrawWeights(folder, 'nothing')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
