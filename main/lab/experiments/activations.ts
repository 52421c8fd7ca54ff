/** LeNet-5 from scratch on generated digits, by sigmoid, tanh and ReLU. */
import { wilsonInterval } from '../../../shared/math/statistics.ts';
import { type Experiment, lastErrors, percent, plainRecipe } from './experiment.ts';

const EPOCHS = 20;
const GOAL = 0.98; // of the validation pictures
const networks = [
  ['sigmoid', 'lab_lenet5_sigmoid', 0.1],
  ['tanh', 'lenet5', 0.05],
  ['ReLU', 'lab_lenet5_relu', 0.05],
] as const; // with the rate

export const activations: Experiment = {
  id: 'lenet',
  title: 'LeNet-5 from scratch, three activations',
  run: async (bench) => {
    const found = [];
    for (const [name, network, learningRate] of networks) {
      const recipe = { ...plainRecipe, learningRate, epochs: EPOCHS, batchSize: 32 };
      const seed = bench.seeds[0]!;
      const result = await bench.train({
        set: 'digits',
        name: `LeNet-5, ${name}, seed ${seed}`,
        network,
        recipe,
        seed,
      });
      found.push({ name, result, test: await bench.test(result, 'digits') });
    }
    const counts = bench.counts('digits');
    const best = found.toSorted((a, b) => lastErrors(a.result).val - lastErrors(b.result).val)[0]!;
    const first = (epochs: (typeof best)['result']['epochs']): string => {
      const at = epochs.findIndex(({ valAccuracy }) => (valAccuracy ?? 0) >= GOAL);
      return at < 0 ? '–' : `${at + 1} (${(epochs[at]!.elapsedMs / 1000).toFixed(0)} s)`;
    };
    return {
      experiment: 'lenet',
      title: 'LeNet-5 from scratch on generated digits',
      setting: `${counts.train} pictures to learn from, ${counts.val} to choose the epoch by, ${counts.test} to test on; ${EPOCHS} epochs, momentum 0.9, batches of 32, seed ${bench.seeds[0]}`,
      columns: ['activation', 'validation error, last epoch', 'test accuracy', '95 %', 'epoch of 98 %', 'all epochs'],
      rows: found.map(({ name, result, test }) => {
        const [low, high] = wilsonInterval(test.correct, test.total);
        const interval = `${percent(100 * low)} to ${percent(100 * high)}`;
        const seconds = `${((result.run.trainMs ?? 0) / 1000).toFixed(0)} s`;
        const accuracy = `${percent(100 * test.accuracy)} (${test.correct} of ${test.total})`;
        return [name, percent(lastErrors(result).val), accuracy, interval, first(result.epochs), seconds];
      }),
      published: [
        { claim: 'LeNet-5, tanh: 99.05 % on MNIST, 60,000 digits, 20 epochs', source: 'LeCun et al. 1998, sec. III' },
        {
          claim: 'ReLU reaches 25 % training error six times as soon as tanh',
          source: 'Krizhevsky et al. 2012, fig. 1',
        },
      ],
      verdict: `${best.name} does best on the validation pictures; on the test pictures it is right in ${percent(100 * best.test.accuracy)}. Asked for were 98 % within 20 epochs and two minutes.`,
      chart: {
        title: 'LeNet-5 from scratch on generated digits',
        panels: [
          {
            title: 'Measured here; hollow: published, on MNIST',
            note: `${counts.val} validation pictures; MNIST: 10,000 test digits, tanh`,
            x: { label: 'epoch', ticks: [1, 5, 10, 15, 20].map((epoch) => [epoch, String(epoch)] as const) },
            y: { label: 'validation error, %', isLog: true },
            isJoined: true,
            series: [
              ...found.map(({ name, result }) => ({
                name,
                points: result.epochs.map(({ epoch, valAccuracy }) => ({
                  x: epoch + 1,
                  y: 100 * (1 - (valAccuracy ?? 0)),
                })),
              })),
              { name: 'LeCun 1998: 0.95', points: [{ x: EPOCHS, y: 0.95 }], isDashed: true },
            ],
          },
        ],
      },
    };
  },
};
