import { describe, expect, it } from 'vitest';
import { findNetwork } from '../networks/registry.ts';
import { split } from '../networks/split.ts';
import { fitSpeeds, predictSeconds } from './speeds.ts';
import { depthSeconds } from './timings.ts';
import { noWork, trainingWork } from './work.ts';

describe('fitSpeeds', () => {
  it('finds the speeds that made the times', () => {
    const truth = { conv: 2e-11, depthwise: 9e-11, dense: 4e-11, moved: 0, nodes: 3e-5 };
    const works = [
      { conv: 4e9, depthwise: 1e8, dense: 1e6, moved: 0, nodes: 150 },
      { conv: 2e9, depthwise: 3e8, dense: 5e6, moved: 0, nodes: 100 },
      { conv: 0, depthwise: 2e8, dense: 1e7, moved: 0, nodes: 50 },
      { conv: 0, depthwise: 0, dense: 2e6, moved: 0, nodes: 2 },
    ];
    const observations = works.map((work) => ({
      work,
      batch: 8,
      seconds: predictSeconds(work, truth, { images: 8, batch: 8 }),
    }));
    const speeds = fitSpeeds(observations);
    for (const kind of ['conv', 'depthwise', 'dense', 'nodes'] as const)
      expect(speeds[kind] / truth[kind]).toBeCloseTo(1, 1);
  });

  it('is never negative, and 0 where nothing was timed', () => {
    const noisy = [
      { work: { ...noWork, conv: 1e9, dense: 1e6 }, batch: 1, seconds: 1 },
      { work: { ...noWork, conv: 1e9, dense: 1e9 }, batch: 1, seconds: 0.5 },
    ];
    for (const speed of Object.values(fitSpeeds(noisy))) expect(speed).toBeGreaterThanOrEqual(0);
    expect(Object.values(fitSpeeds([]))).toEqual([0, 0, 0, 0, 0]);
  });
});

describe('depthSeconds', () => {
  const network = findNetwork('tf_efficientnet_lite0');
  const speeds = { conv: 1e-11, depthwise: 1e-10, dense: 1e-11, moved: 1e-9, nodes: 1e-5 };
  const timed = (stage: string) => {
    const work = trainingWork(split(network, stage).suffix);
    return { stage, batch: 8, seconds: predictSeconds(work, speeds, { images: 8, batch: 8 }) };
  };
  const training = ['input', 'blocks.1', 'blocks.4', 'blocks.6', 'pooled'].map(timed);
  const seconds = depthSeconds(
    network,
    { frozen: [], training, decodeSeconds: 0.01 },
    { photos: { cached: 100, train: 100 }, batchSize: 32 },
  );

  it('tells the depths that were not timed as well as those that were', () => {
    for (const stage of ['blocks.1', 'blocks.3', 'blocks.5', 'pooled']) {
      const work = trainingWork(split(network, stage).suffix);
      const wanted = predictSeconds(work, speeds, { images: 100, batch: 32 });
      expect(seconds.get(stage)!.epoch / wanted).toBeGreaterThan(0.8);
      expect(seconds.get(stage)!.epoch / wanted).toBeLessThan(1.25);
    }
  });

  it('never says that freezing more makes an epoch slower, and counts decoding', () => {
    const epochs = network.stages.map(({ id }) => seconds.get(id)!.epoch);
    for (const [index, epoch] of epochs.slice(1).entries()) expect(epoch).toBeLessThanOrEqual(epochs[index]! + 1e-9);
    expect(seconds.get('input')!.frozen).toBeCloseTo(1, 6); // 100 photos of 10 ms each
  });
});
