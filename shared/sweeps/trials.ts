/** Which trainings a sweep consists of: a pure function of its specification. */
import { AppError } from '../contract/errors.ts';
import {
  type Dimension,
  type DimensionName,
  MOST_TRIALS,
  type Setting,
  type SweepSpec,
  TrialSettings,
  withSettings,
} from '../domain/sweep.ts';
import { type Random, seededRandom } from '../math/random.ts';

export type PointValues = Readonly<Partial<Record<DimensionName, Setting>>>;

/** What makes a trial another one than the others. */
export type TrialOutline = {
  readonly position: number; // the order in which they start
  readonly point: number; // trials of one point differ in seed and fold alone
  readonly values: PointValues;
  readonly seed: number;
  readonly fold: number | null; // counted from 0
};
export type Trial = TrialOutline & { readonly settings: TrialSettings };

/**
 * All trials, in the order in which they start: a whole point (its seeds, its folds) before the next one.
 *
 * The same specification always gives the same list, and a longer random search begins with the shorter one.
 * Throws INVALID_INPUT for more than 10,000, or for settings that do not go together.
 */
export function listTrials(spec: SweepSpec): Trial[] {
  return outlineTrials(spec).map((outline) => ({
    ...outline,
    settings: settle({ ...spec.base, seed: outline.seed }, outline.values),
  }));
}

/** The same without their settings, which take longer: each is checked by its schema. */
export function outlineTrials(spec: SweepSpec): TrialOutline[] {
  const { folds, seeds } = spec;
  const perPoint = seeds.length * (folds ?? 1);
  const count = pointCount(spec) * perPoint;
  if (count > MOST_TRIALS)
    throw new AppError('INVALID_INPUT', `That would be ${count} trainings; ${MOST_TRIALS} are the most. Search less.`);
  return listPoints(spec).flatMap((values, point) =>
    seeds.flatMap((seed, seedIndex) =>
      (folds === null ? [null] : Array.from({ length: folds }, (_, fold) => fold)).map((fold) => ({
        position: point * perPoint + seedIndex * (folds ?? 1) + (fold ?? 0),
        ...{ point, values, seed, fold },
      })),
    ),
  );
}

export function pointCount({ method, dimensions }: Pick<SweepSpec, 'method' | 'dimensions'>): number {
  if (method.kind === 'random') return method.points;
  return dimensions.reduce((product, dimension) => product * choicesOf(dimension).length, 1);
}

function listPoints({ method, dimensions }: SweepSpec): PointValues[] {
  if (method.kind === 'grid') {
    return dimensions.reduce<PointValues[]>(
      (points, dimension) =>
        points.flatMap((point) => choicesOf(dimension).map((value) => ({ ...point, [dimension.name]: value }))),
      [{}],
    );
  }
  const random = seededRandom(method.seed);
  return Array.from({ length: method.points }, () =>
    Object.fromEntries(dimensions.map((dimension) => [dimension.name, draw(dimension, random)])),
  );
}

function choicesOf(dimension: Dimension): readonly Setting[] {
  return dimension.kind === 'choices' ? dimension.values : [];
}

/** One number is drawn for every dimension, whatever its kind. */
function draw(dimension: Dimension, random: Random): Setting {
  const share = random();
  if (dimension.kind === 'choices') return dimension.values[Math.floor(share * dimension.values.length)]!;
  const { low, high, scale, whole } = dimension;
  if (whole && scale === 'linear') return Math.floor(low + share * (high - low + 1));
  const value = scale === 'log' ? low * (high / low) ** share : low + share * (high - low);
  return whole ? Math.round(value) : value;
}

function settle(base: TrialSettings, values: PointValues): TrialSettings {
  const settled = TrialSettings.safeParse(withSettings(base, values));
  if (settled.success) return settled.data;
  const why = settled.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  throw new AppError('INVALID_INPUT', `The settings ${JSON.stringify(values)} cannot be trained with. ${why}`);
}
