/** Trainings that a bench of hours has done, on the disk one by one: cut off, it has a record of those, and goes on. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../../main/kernel/atomic-write.ts';
import { canonicalJson } from '../../main/kernel/canonical-json.ts';
import { Recipe } from '../../shared/domain/recipe.ts';
import { resultsFolder } from './record.ts';

const Training = z.strictObject({
  photosPerClass: z.int(),
  depth: z.string(), // last frozen stage
  seed: z.int(),
  recipe: Recipe,
  selection: z.string(),
  correct: z.int(), // test photos
  total: z.int(),
});
export type Training = z.infer<typeof Training>;
export type Wanted = Pick<Training, 'photosPerClass' | 'depth' | 'seed' | 'recipe'>;

export type Tally = {
  readonly all: () => readonly Training[];
  readonly find: (wanted: Wanted) => Training | null; // with the very same recipe
  readonly add: (training: Training) => Promise<void>; // in place of one with another recipe
};

const isSamePlace = (a: Wanted, b: Wanted): boolean =>
  a.photosPerClass === b.photosPerClass && a.depth === b.depth && a.seed === b.seed;

/** `results/NAME-trainings.json`. Throws ZodError for a file that is no tally. */
export function openTally(name: string): Tally {
  const file = join(resultsFolder, `${name}-trainings.json`);
  let kept: readonly Training[] = existsSync(file)
    ? z.array(Training).parse(JSON.parse(readFileSync(file, 'utf8')))
    : [];
  return {
    all: () => kept,
    find: (wanted) =>
      kept.find((one) => isSamePlace(one, wanted) && canonicalJson(one.recipe) === canonicalJson(wanted.recipe)) ??
      null,
    add: async (training) => {
      kept = [...kept.filter((one) => !isSamePlace(one, training)), training];
      await writeFileAtomically(file, [Buffer.from(`${JSON.stringify(kept, null, 1)}\n`, 'utf8')]);
    },
  };
}
