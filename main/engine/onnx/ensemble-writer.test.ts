import { expect, it } from 'vitest';
import { fillTensor } from '../../../e2e/fixtures/parity.ts';
import { activation, conv, dense, valid } from '../../../shared/networks/builder.ts';
import type { Network, Weights } from '../../../shared/networks/network.ts';
import { listParameters } from '../../../shared/networks/parameters.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { split } from '../../../shared/networks/split.ts';
import { type EnsemblePart, writeEnsemble } from './ensemble-writer.ts';
import { openOnnxSession, type PlanarImage } from './runtime.ts';
import { writeOnnx } from './writer.ts';

const preprocessing = { ...findNetwork('tf_efficientnet_lite0').preprocessing, resizeShortSide: 16, cropSize: 12 };
const network: Network = {
  ...{ id: 'test', title: 'Test', paper: '', inputShape: [3, 12, 12], preprocessing },
  nodes: [
    conv('first', { input: 'input', outChannels: 4, kernel: 3, padding: valid, bias: true }),
    activation('relu', 'first', 'relu'),
    { kind: 'globalAvgPool', id: 'pooled', inputs: ['relu'] },
    dense('classifier', 'pooled', 3),
  ],
  stages: [
    { id: 'input', node: 'input', title: 'Image' },
    { id: 'pooled', node: 'pooled', title: 'Pooled' },
  ],
  heads: [{ id: 'classifier', node: 'classifier', lossWeight: 1 }],
};

function drawWeights(offset: number): Weights {
  return new Map(
    listParameters(network).map(({ name, shape }, at) => [
      name,
      { shape, values: fillTensor(at + offset, name, shape).map((value) => value * 4) },
    ]),
  );
}

const image: PlanarImage = {
  pixels: Uint8Array.from({ length: 3 * 20 * 30 }, (_, at) => (at * 37) % 256),
  height: 20,
  width: 30,
};

async function answer(model: Uint8Array): Promise<Float32Array> {
  const session = await openOnnxSession({ model, threads: 1, provider: 'cpu' });
  try {
    return await session.runImage(image);
  } finally {
    await session.close();
  }
}

async function probabilitiesOf(weights: Weights): Promise<number[]> {
  const logits = await answer(
    writeOnnx(network, weights, { outputNode: 'classifier', preprocessing: 'included', batch: 'dynamic' }),
  );
  const powers = [...logits].map((value) => Math.exp(value));
  const total = powers.reduce((sum, value) => sum + value, 0);
  return powers.map((value) => value / total);
}

type Member = Pick<EnsemblePart, 'weight' | 'order' | 'key'> & { readonly stage: string; readonly weights: Weights };

const partOf = ({ stage, weights, ...rest }: Member): EnsemblePart => ({
  ...{ network, ...split(network, stage), frozenWeights: weights, weights },
  ...rest,
});

it('one file answers with the weighted average of its members, whatever is frozen and whatever the order of classes', async () => {
  const [first, second] = [drawWeights(1), drawWeights(50)];
  const members: Member[] = [
    { stage: 'pooled', weights: first, weight: 0.7, order: [0, 1, 2], key: 'a' },
    { stage: 'input', weights: second, weight: 0.3, order: [2, 0, 1], key: 'b' },
  ];
  const found = await answer(writeEnsemble(members.map(partOf), {}));
  const [one, two] = [await probabilitiesOf(first), await probabilitiesOf(second)];
  for (const label of [0, 1, 2])
    expect(found[label]).toBeCloseTo(0.7 * one[label]! + 0.3 * two[members[1]!.order[label]!]!, 6);
});

it('a frozen part that members share is written once', async () => {
  const weights = drawWeights(1);
  const member: Member = { stage: 'pooled', weights, weight: 0.5, order: [0, 1, 2], key: 'same' };
  const shared = writeEnsemble([partOf(member), partOf(member)], {});
  const apart = writeEnsemble([partOf(member), partOf({ ...member, key: 'other' })], {});
  expect(shared.byteLength).toBeLessThan(apart.byteLength);
  const [own, single] = [await answer(shared), await probabilitiesOf(weights)];
  for (const label of [0, 1, 2]) expect(own[label]).toBeCloseTo(single[label]!, 6);
  expect(await answer(apart)).toEqual(own);
});
