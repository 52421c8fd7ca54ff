/** 5x5 on 28 x 28 x 192 straight and through a bottleneck of 16 channels: multiplications, and time. */
import { countMultiplications } from '../../../shared/networks/parameters.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { split } from '../../../shared/networks/split.ts';
import type { Experiment } from './experiment.ts';

const networks = [
  ['straight', 'lab_straight', 120.4],
  ['bottleneck', 'lab_bottleneck', 12.4],
] as const; // with the millions that the course notes say

export const bottleneck: Experiment = {
  id: 'bottleneck',
  title: '5x5 straight and behind a 1x1 bottleneck',
  run: async (bench) => {
    const found = [];
    for (const [name, network, published] of networks) {
      const { device, passes, steps } = await bench.time(network);
      const multiplications = countMultiplications(split(findNetwork(network), 'conv').prefix).total;
      const secondsAt = (timed: typeof passes, stage: string): number => {
        const one = timed.find((each) => each.stage === stage);
        return one === undefined ? Number.NaN : one.seconds / one.batch;
      };
      const [pass, step] = [secondsAt(passes, 'conv'), secondsAt(steps, 'input')];
      found.push({ name, published, multiplications, pass, step, device });
    }
    const [straight, narrowed] = [found[0]!, found[1]!];
    const ratio = (of: 'multiplications' | 'pass' | 'step'): string => (straight[of] / narrowed[of]).toFixed(1);
    const milliseconds = (seconds: number): string => `${(1000 * seconds).toFixed(2)} ms`;
    return {
      experiment: 'bottleneck',
      title: 'The bottleneck of an Inception module',
      setting: `28 x 28 x 192 to 28 x 28 x 32 by 5x5, and through a 1x1 of 16 channels; batches of 8, the fastest of 30; ${straight.device}`,
      columns: ['', 'multiplications', 'published', 'forward, one image', 'training step, one image'],
      rows: [
        ...found.map(({ name, multiplications, published, pass, step }) => [
          ...[name, multiplications.toLocaleString('en'), `${published} M`, milliseconds(pass), milliseconds(step)],
        ]),
        ['ratio', ratio('multiplications'), (120.4 / 12.4).toFixed(1), ratio('pass'), ratio('step')],
      ],
      published: [
        { claim: '120.4 and 12.4 million multiplications', source: 'course notes, after Szegedy et al. 2014, sec. 4' },
      ],
      verdict: `${ratio('multiplications')} times fewer multiplications are ${ratio('pass')} times faster forward and ${ratio('step')} times in a training step.`,
      chart: {
        title: 'The bottleneck of an Inception module',
        panels: [
          barPanel(
            'Counted, and published',
            'millions of multiplications',
            found.map(({ name, multiplications }) => [name, multiplications / 1e6]),
          ),
          barPanel(
            'Measured here, forward',
            'milliseconds an image',
            found.map(({ name, pass }) => [name, 1000 * pass]),
          ),
        ],
      },
    };
  },
};

function barPanel(title: string, label: string, values: readonly (readonly [name: string, value: number])[]) {
  return {
    title,
    note: '28 x 28 x 192 to 28 x 28 x 32',
    x: { label: '', ticks: values.map(([name], at) => [at, name] as const) },
    y: { label },
    isJoined: false,
    series: values.map(([, value], at) => ({ name: value.toFixed(1), points: [{ x: at, y: value }] })),
  };
}
