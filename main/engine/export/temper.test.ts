import { expect, it } from 'vitest';
import { narrowed, narrowInput, narrowWeights } from '../../../e2e/fixtures/parity-narrow.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { inference64, widened } from '../reference/training-step.ts';
import { temperedWeights } from './temper.ts';

it('divides every logit by the temperature, and nothing else', () => {
  const network = narrowed(findNetwork('resnet18'));
  const weights = narrowWeights(network);
  const input = narrowInput(network);
  const head = [network.heads[0]!.node];
  const [plain] = inference64({ network, parameters: widened(weights), input }, head);
  const cooled = temperedWeights(network, weights, 2.5);
  const [found] = inference64({ network, parameters: widened(cooled), input }, head);
  for (const [at, logit] of plain!.entries()) expect(found![at]).toBeCloseTo(logit / 2.5, 6);
  expect([...cooled].filter(([name, tensor]) => weights.get(name) !== tensor)).toHaveLength(2);
  expect(temperedWeights(network, weights, 1)).toBe(weights);
});
