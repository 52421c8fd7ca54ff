import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Network, Weights } from '../../../shared/networks/network.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { inferShapes } from '../../../shared/networks/shapes.ts';
import { split } from '../../../shared/networks/split.ts';
import { loadBackbone } from '../weights/backbones.ts';
import { sampleFor } from './choose.ts';
import type { ExecutorCandidate, PrefixExecutor } from './executor.ts';
import { onnxCandidates } from './onnx.ts';
import { tensorFlowCandidates } from './tensorflow.ts';
import { departure } from './trial.ts';

const backbonesFolder = fileURLToPath(new URL('../../../resources/backbones', import.meta.url));
const network: Network = findNetwork('tf_efficientnet_lite0');
const threads = 2;
let weights: Weights;
beforeAll(async () => {
  weights = (await loadBackbone(backbonesFolder, network.id)).weights;
});

async function open(candidate: ExecutorCandidate, prefix: Network): Promise<PrefixExecutor> {
  return candidate.open({ prefix, weights, threads });
}

describe('the executors of a frozen part', () => {
  const middle = network.stages[Math.floor(network.stages.length / 2)]?.id ?? '';
  const last = network.stages.at(-1)?.id ?? '';

  it.each([middle, last])('agree within 1e-4 at the cut %s, whatever can be had here', async (cut) => {
    const { prefix } = split(network, cut);
    const sample = sampleFor(prefix);
    const reference = await open(onnxCandidates('sunos').at(-1)!, prefix);
    const wanted = await reference.run(sample.input, sample.batch);
    const shape = inferShapes(prefix).get(prefix.stages.at(-1)!.node)!;
    expect(reference.rowLength).toBe(shape.reduce((product, extent) => product * extent, 1));
    expect(wanted.length).toBe(reference.rowLength * sample.batch);
    const foretold = onnxCandidates('sunos').at(-1)!.foretell!({ prefix, weights, threads });
    expect(foretold).toEqual(
      Object.fromEntries(Object.keys(foretold).map((key) => [key, Reflect.get(reference, key)])),
    );
    const others = [...onnxCandidates(process.platform).slice(0, -1), ...tensorFlowCandidates()];
    const compared: string[] = [];
    for (const candidate of others) {
      const executor = await open(candidate, prefix).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'BACKEND_MISSING' });
        console.warn(`LEFT OUT: ${candidate.name}: ${(error as Error).message}`);
        return null;
      });
      if (executor === null) continue;
      expect(executor.rowLength).toBe(reference.rowLength);
      expect(departure(await executor.run(sample.input, sample.batch), wanted), candidate.name).toBeLessThan(1e-4);
      compared.push(candidate.name);
      await executor.close();
    }
    await reference.close();
    console.info(`compared with onnxruntime-cpu at ${cut}: ${compared.join(', ') || 'none'}`);
  });

  it('gives the input itself for an empty frozen part', async () => {
    const { prefix } = split(network, 'input');
    const sample = sampleFor(prefix);
    const last = tensorFlowCandidates().at(-1)!;
    for (const candidate of [onnxCandidates('sunos').at(-1)!, last]) {
      const executor = await open(candidate, prefix).catch((error: { code?: string }) => {
        expect(error.code).toBe('BACKEND_MISSING');
        return null;
      });
      if (executor !== null) expect(departure(await executor.run(sample.input, 8), sample.input)).toBe(0);
      await executor?.close();
    }
  });
});
