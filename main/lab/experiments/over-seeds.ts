/** One change against what it changes, over seeds: the difference of validation errors with its interval. */
import type { AugmentationPolicy } from '../../../shared/domain/augmentation.ts';
import { Recipe } from '../../../shared/domain/recipe.ts';
import type { Panel } from '../chart.ts';
import { type MeanInterval, meanInterval } from '../interval.ts';
import { type LabBench, lastErrors, percent, plainRecipe, points } from './experiment.ts';

export type Variant = {
  readonly name: string;
  readonly network: string;
  readonly recipe: Partial<Recipe>;
  readonly augmentation?: AugmentationPolicy;
};
export type Compared = {
  readonly variant: Variant;
  readonly errors: readonly number[]; // by seed, percent
  readonly training: readonly number[];
  readonly difference: MeanInterval | null; // against the base, paired by seed; null: it is the base
};

const EPOCHS = { quick: 12, full: 60 } as const;

const recipeOf = ({ isFull }: LabBench, { recipe }: Variant): Recipe =>
  Recipe.parse({
    ...plainRecipe,
    ...{ learningRate: 0.02, batchSize: 64, epochs: isFull ? EPOCHS.full : EPOCHS.quick },
    ...recipe,
  });

/** The first variant is the base of the others. */
export async function overSeeds(bench: LabBench, variants: readonly Variant[]): Promise<Compared[]> {
  const found = [];
  for (const variant of variants) {
    const own: { readonly train: number; readonly val: number }[] = [];
    for (const seed of bench.seeds) {
      const { network, augmentation } = variant;
      const recipe = recipeOf(bench, variant);
      const name = `${variant.name}, seed ${seed}`;
      own.push(
        lastErrors(
          await bench.train({ set: 'scenes', name, network, recipe, seed, ...(augmentation && { augmentation }) }),
        ),
      );
    }
    found.push({ variant, errors: own.map(({ val }) => val), training: own.map(({ train }) => train) });
  }
  const base = found[0]!;
  return found.map((each) => ({
    ...each,
    difference: each === base ? null : meanInterval(each.errors.map((error, at) => error - base.errors[at]!)),
  }));
}

export const overSeedsColumns = [
  'variant',
  'validation error by seed',
  'mean',
  'difference',
  '95 %',
  'training error',
] as const;

export function overSeedsRows(compared: readonly Compared[]): string[][] {
  return compared.map(({ variant, errors, training, difference }) => [
    variant.name,
    errors.map((error) => error.toFixed(1)).join(', '),
    percent(meanOf(errors)),
    difference === null ? '–' : `${points(difference.mean)} points`,
    difference === null ? '–' : `${points(difference.low)} to ${points(difference.high)}`,
    percent(meanOf(training)),
  ]);
}

/** 'it lowers', 'it raises' or that nothing can be told, by the interval. */
export function effectOf({ difference }: Compared): string {
  if (difference === null) return '';
  const { mean, low, high } = difference;
  const interval = `${points(mean)} points, 95 %: ${points(low)} to ${points(high)}`;
  if (high < 0) return `lowers the error (${interval})`;
  return low > 0 ? `raises the error (${interval})` : `has no effect that these seeds show (${interval})`;
}

export function settingOf(bench: LabBench, base: Variant): string {
  const counts = bench.counts('scenes');
  const { epochs, optimizer, momentum, learningRate, batchSize } = recipeOf(bench, base);
  const by = optimizer === 'sgd' ? `momentum ${momentum}` : optimizer === 'adamw' ? 'AdamW' : 'RMSProp';
  return `${counts.train} generated textures and shapes of 32 pixels to learn from, ${counts.val} to judge on, ten classes; ${epochs} epochs, ${by}, rate ${learningRate}, batches of ${batchSize}, seeds ${bench.seeds.join(', ')}; error of the last epoch, differences paired by seed`;
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Differences in points with their intervals. */
export function differencePanel(bench: LabBench, compared: readonly Compared[]): Panel {
  const changed = compared.filter(({ difference }) => difference !== null);
  return {
    title: 'Measured here',
    note: `${bench.seeds.length} seeds, paired; bars: 95 %`,
    x: { label: '', ticks: changed.map(({ variant }, at) => [at, variant.name] as const) },
    y: { label: 'change of validation error, points' },
    isJoined: false,
    series: changed.map(({ difference }, at) => ({
      name: points(difference!.mean),
      points: [{ x: at, y: difference!.mean, low: difference!.low, high: difference!.high }],
    })),
  };
}

export type PublishedChange = { readonly name: string; readonly change: number };

export function publishedPanel(source: string, changes: readonly PublishedChange[]): Panel {
  return {
    title: 'Published, on ImageNet',
    note: source,
    x: { label: '', ticks: changes.map(({ name }, at) => [at, name] as const) },
    y: { label: 'change of top-1 error, points' },
    isJoined: false,
    series: changes.map(({ change }, at) => ({ name: points(change), points: [{ x: at, y: change }] })),
  };
}
