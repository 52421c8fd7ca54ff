/** Every registered network, at an eighth of its width: through ONNX and back, whole and cut, beside the float64 reference. */
import { describe, expect, it } from 'vitest';
import { tellLeftOut } from '../../../e2e/fixtures/left-out.ts';
import { departure } from '../../../e2e/fixtures/parity-compare.ts';
import { narrowBatch, narrowed, narrowInput, narrowWeights, someStages } from '../../../e2e/fixtures/parity-narrow.ts';
import type { Network, Weights } from '../../../shared/networks/network.ts';
import { findNetwork, networks } from '../../../shared/networks/registry.ts';
import { split } from '../../../shared/networks/split.ts';
import { inference64, widened } from '../reference/training-step.ts';
import { openOnnxSession } from './runtime.ts';
import { writeOnnx } from './writer.ts';

const isFull = process.env.THAW_FULL === '1';
const most = isFull ? Number.POSITIVE_INFINITY : 3;
tellLeftOut(
  'ONNX cut at every stage of narrow networks',
  isFull ? null : `at most ${most} stages of each (THAW_FULL=1: all)`,
);

async function runTo(network: Network, weights: Weights, at: { node: string; input: Float32Array }) {
  const model = writeOnnx(network, weights, { outputNode: at.node, preprocessing: 'none', batch: 'dynamic' });
  const session = await openOnnxSession({ model, threads: 1, provider: 'cpu' });
  const output = await session.run(at.input, narrowBatch);
  await session.close();
  return output;
}

describe.each(Object.keys(networks))('%s at an eighth of its width', (id) => {
  const network = narrowed(findNetwork(id));
  const weights = narrowWeights(network);
  const input = narrowInput(network);
  const heads = network.heads.map(({ node }) => node);
  const truth = inference64({ network, parameters: widened(weights), input }, heads);

  it('gives the logits of every head in ONNX Runtime', async () => {
    for (const [index, node] of heads.entries()) {
      const logits = await runTo(network, weights, { node, input });
      expect(departure(logits, truth[index]!)).toBeLessThan(1e-4);
    }
  });

  it('gives the same logits cut in two files', async () => {
    for (const { id: stage, node } of someStages(network.stages.slice(1), most)) {
      const { prefix, suffix } = split(network, stage);
      const features = await runTo(prefix, weights, { node, input });
      const logits = await runTo(suffix, weights, { node: heads[0]!, input: features });
      expect(departure(logits, truth[0]!), stage).toBeLessThan(1e-4);
    }
  });
});
