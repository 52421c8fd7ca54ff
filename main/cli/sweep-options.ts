/** What is typed after `thaw sweep` as a specification. */
import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { AppError } from '../../shared/contract/errors.ts';
import type { SweepPlace } from '../../shared/contract/sweeps.ts';
import { Recipe } from '../../shared/domain/recipe.ts';
import { type Dimension, DimensionName, SweepSpec } from '../../shared/domain/sweep.ts';
import { readDimension } from '../../shared/sweeps/read-dimension.ts';

export type SweepOptions = {
  readonly name: string;
  readonly backbone: string;
  readonly freeze: string;
  readonly epochs?: number;
  readonly try?: readonly Dimension[];
  readonly random?: number;
  readonly seeds: readonly number[];
  readonly searchSeed: number;
  readonly folds?: number;
  readonly halving?: number | true;
  readonly maxRuns?: number;
  readonly maxMinutes?: number;
  readonly maxEpochs?: number;
  readonly engines: number | 'auto';
  readonly ray?: string;
  readonly rayStorage?: string;
  readonly rayStorageThere?: string;
  readonly rayCommand: string;
  readonly rayParallel: number;
  readonly rayGpus: number;
};

/** Throws INVALID_INPUT with what does not fit. */
export function specOf(options: SweepOptions): SweepSpec {
  const { name, backbone, freeze, epochs, seeds, searchSeed, folds = null, halving } = options;
  const { maxRuns = null, maxMinutes = null, maxEpochs = null } = options;
  const dimensions = options.try ?? [];
  const method =
    options.random === undefined ? { kind: 'grid' } : { kind: 'random', points: options.random, seed: searchSeed };
  const spec = SweepSpec.safeParse({
    name,
    base: { backbone, freeze, seed: seeds[0], recipe: Recipe.parse(epochs === undefined ? {} : { epochs }) },
    dimensions,
    method,
    halving: halving === undefined ? null : { eta: 3, graceEpochs: halving === true ? 1 : halving },
    seeds,
    folds,
    foldSeed: searchSeed,
    budget: { runs: maxRuns, minutes: maxMinutes, epochs: maxEpochs },
  });
  if (spec.success) return spec.data;
  const reasons = spec.error.issues.map(({ code, path, message }) =>
    code === 'custom' ? message : `${path.join('.')}: ${message}`,
  );
  throw new AppError('INVALID_INPUT', `This cannot be swept. ${reasons.join('; ')}.`);
}

/** `learningRate=0.001,0.01`, `freeze=all,blocks.5`, or a range: `learningRate=1e-4..1e-1:log`, `batchSize=8..64`. */
export function addDimension(text: string, before: readonly Dimension[] = []): Dimension[] {
  const [, name, rest] = /^([A-Za-z]+)=(.+)$/.exec(text) ?? [];
  const known = DimensionName.safeParse(name);
  if (!known.success || rest === undefined)
    throw new InvalidArgumentError(
      `Give NAME=VALUE,VALUE or NAME=LOW..HIGH[:log]; names: ${DimensionName.options.join(', ')}.`,
    );
  const dimension = readDimension(known.data, rest);
  if (dimension === null) throw new InvalidArgumentError(`${rest}: a range needs two numbers.`);
  return [...before, dimension];
}

export function seedList(text: string): number[] {
  const seeds = text.split(',').map(Number);
  if (seeds.some((seed) => !Number.isSafeInteger(seed) || seed < 0))
    throw new InvalidArgumentError('Give whole numbers, as in 0,1,2.');
  return seeds;
}

/** Throws INVALID_INPUT for a cluster without a folder that it shares. */
export function placeOf(options: SweepOptions): SweepPlace {
  const { engines, ray, rayStorage, rayStorageThere = null, rayCommand, rayParallel, rayGpus } = options;
  if (ray === undefined) return { kind: 'here', engines };
  if (rayStorage === undefined)
    throw new AppError('INVALID_INPUT', 'A cluster needs --ray-storage FOLDER, which this machine and all nodes see.');
  const storage = resolve(rayStorage);
  const cluster = {
    address: ray,
    storage,
    storageThere: rayStorageThere,
    command: rayCommand,
    parallel: rayParallel,
    gpus: rayGpus,
  };
  return { kind: 'ray', cluster, token: null };
}

export function engineCount(text: string): number | 'auto' {
  if (text === 'auto') return 'auto';
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 1 && count <= 16) return count;
  throw new InvalidArgumentError("Give a number from 1 to 16, or 'auto'.");
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('Give a number above 0.');
  return value;
}
