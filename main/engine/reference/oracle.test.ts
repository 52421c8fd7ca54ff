import { describe, expect, it } from 'vitest';
import { loadOracle, oracleInput, oracleWeights, parityFolder } from '../../../e2e/fixtures/parity.ts';
import { summaryDepartures } from '../../../e2e/fixtures/parity-compare.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { trainingStep64, widened } from './training-step.ts';

const tolerance = 1e-8; // the oracles have 9 digits

const isFull = process.env.THAW_FULL === '1';
const names = isFull ? ['lenet5', 'resnet18', 'googlenet'] : ['lenet5'];
if (!isFull) console.warn('LEFT OUT: the float64 training steps of resnet18 and googlenet (THAW_FULL=1 runs them)');

describe.skipIf(parityFolder === null)('the float64 reference beside the oracles', () => {
  it.each(names)(
    '%s gives loss, logits, every gradient and the running moments of the training step to 1e-8',
    (name) => {
      const oracle = loadOracle(name);
      const truth = oracle.train_step!;
      const step = trainingStep64({
        ...{ network: findNetwork(name), parameters: widened(oracleWeights(oracle)), trains: () => true },
        ...{ input: oracleInput(oracle), labels: truth.labels, labelSmoothing: 0, classWeights: null, random: null },
      });
      expect(Math.abs(step.loss / truth.loss - 1)).toBeLessThan(tolerance);
      const classCount = step.logits.length / truth.labels.length;
      for (const [row, wanted] of truth.logits_first8.entries()) {
        for (const [k, value] of wanted.entries()) {
          expect(Math.abs(step.logits[row * classCount + k]! / value - 1)).toBeLessThan(tolerance);
        }
      }
      expect([...step.gradients.keys()].sort()).toEqual(Object.keys(truth.gradients).sort());
      expect([...step.running.keys()].sort()).toEqual(Object.keys(truth.running_stats_after).sort());
      const summaries = [...Object.entries(truth.gradients), ...Object.entries(truth.running_stats_after)];
      for (const [tensor, summary] of summaries) {
        const off = summaryDepartures(step.gradients.get(tensor) ?? step.running.get(tensor)!, summary);
        expect(off.norm, tensor).toBeLessThan(tolerance);
        expect(off.own, tensor).toBeLessThan(tolerance); // nine digits of a value are no nearer than that
      }
    },
    900_000,
  );
});
