import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../../shared/math/random.ts';
import { findNetwork, networks } from '../../../shared/networks/registry.ts';
import { inferShapes } from '../../../shared/networks/shapes.ts';
import { split } from '../../../shared/networks/split.ts';
import { sampleFor } from '../executors/choose.ts';
import { openOnnxExecutor } from '../executors/onnx.ts';
import { openTensorFlow } from '../tensorflow/door.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import { loadBackbone } from '../weights/backbones.ts';
import { probeLadder, standardised } from './ladder.ts';
import { poolStages } from './pooled-ladder.ts';

const backbonesFolder = fileURLToPath(new URL('../../../resources/backbones', import.meta.url));
const prefixOf = (id: string) => split(findNetwork(id), findNetwork(id).stages.at(-1)!.id).prefix;

describe('poolStages', () => {
  it.each(Object.keys(networks))('lays a piece for every stage of %s into one row', (id) => {
    const prefix = prefixOf(id);
    const { network, pieces, rowLength } = poolStages(prefix);
    const shapes = inferShapes(network);
    expect(shapes.get(network.stages.at(-1)!.node)).toEqual([rowLength]);
    expect(pieces.map(({ stage }) => stage)).toEqual(prefix.stages.map((stage) => stage.id));
    for (const [at, { length }] of pieces.entries()) expect(length).toBe(shapes.get(prefix.stages[at]!.node)![0]);
    const ends = new Map(pieces.map(({ start, length }) => [start, start + length]));
    expect([...ends.values()].at(-1)).toBe(rowLength);
    expect([...ends.keys()].slice(1)).toEqual([...ends.values()].slice(0, -1)); // without a hole, none over another
  });

  it('computes the spatial mean of what each stage gives on its own', async () => {
    const whole = findNetwork('tf_efficientnet_lite0');
    const { weights } = await loadBackbone(backbonesFolder, whole.id);
    const prefix = prefixOf(whole.id);
    const ladder = poolStages(prefix);
    const { input } = sampleFor(prefix);
    const batch = 2;
    const images = input.slice(0, (input.length / 8) * batch);
    const joined = await openOnnxExecutor('cpu', { prefix: ladder.network, weights, threads: 2 });
    const rows = await joined.run(images, batch);
    await joined.close();
    for (const stage of ['stem', 'blocks.4', 'head', 'pooled']) {
      const own = split(whole, stage).prefix;
      const executor = await openOnnxExecutor('cpu', { prefix: own, weights, threads: 2 });
      const values = await executor.run(images, batch);
      await executor.close();
      const { start, length } = ladder.pieces.find((piece) => piece.stage === stage)!;
      const area = executor.rowLength / length;
      for (const [image, channel] of [
        [0, 0],
        [1, length - 1],
      ] as const) {
        const from = image * executor.rowLength + channel * area;
        const mean = values.subarray(from, from + area).reduce((sum, value) => sum + value, 0) / area;
        expect(rows[image * ladder.rowLength + start + channel]).toBeCloseTo(mean, 4);
      }
    }
  });
});

describe('standardised', () => {
  it('brings every column of a piece to mean 0 and deviation 1, a constant one to 0', () => {
    const rows = Float32Array.of(9, 1, 5, 9, 3, 5); // [2, 3]
    expect([...standardised(rows, 2, { stage: 'any', start: 1, length: 2 })]).toEqual([-1, 0, 1, 0]);
  });
});

describe('probeLadder', () => {
  let ops: TensorOps;
  beforeAll(async () => {
    ops = await openTensorFlow({ threads: 2 });
  });

  it('gives a stage that tells the classes apart all right and one of noise about half, and holds no tensor', async () => {
    const random = seededRandom(3);
    const count = 60;
    const labels = Int32Array.from({ length: count }, (_, row) => row % 2);
    const rows = Float32Array.from({ length: count * 10 }, (_, at) => {
      const label = labels[Math.floor(at / 10)]!;
      return at % 10 < 5 ? normal(random) * 100 : normal(random) * 0.01 + label * 0.1;
    });
    const before = ops.tensorCount();
    const request = {
      rows,
      labels,
      groups: Int32Array.from(labels.keys()),
      pieces: [
        { stage: 'noise', start: 0, length: 5 },
        { stage: 'signal', start: 5, length: 5 },
        { stage: 'again', start: 5, length: 5 },
      ],
      classCount: 2,
      folds: 5,
      seed: 1,
      shouldStop: () => false,
      onRung: () => undefined,
    };
    const [noise, signal, again] = await probeLadder(ops, request);
    expect(signal).toMatchObject({ stage: 'signal', features: 5, correct: 60, total: 60 });
    expect(again).toEqual({ ...signal, stage: 'again' });
    expect(noise!.correct).toBeLessThan(45); // 30 expected, 4 of deviation
    expect(noise!.correct).toBeGreaterThan(15);
    expect(ops.tensorCount()).toBe(before);
    expect(await probeLadder(ops, request)).toEqual([noise, signal, again]);
    await expect(probeLadder(ops, { ...request, shouldStop: () => true })).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
