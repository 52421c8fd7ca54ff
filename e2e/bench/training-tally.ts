/** Trainings that a bench of hours has done, on the disk one by one: cut off, it has a record of those, and goes on. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../../main/kernel/atomic-write.ts';
import { canonicalJson } from '../../main/kernel/canonical-json.ts';
import { Recipe } from '../../shared/domain/recipe.ts';
import { resultsFolder } from './record.ts';

const Task = z.strictObject({
  work: z.string(), // photos and depth, or the regime
  seed: z.int(),
  recipe: Recipe,
});
export type Task = z.infer<typeof Task>;

export type Tally<T> = {
  readonly find: (task: Task) => T | null; // with the very same recipe
  readonly add: (task: Task, outcome: T) => Promise<void>; // in place of one with another recipe
};

/** `results/NAME-trainings.json`. Throws ZodError for a file that is no such tally. */
export function openTally<T>(name: string, outcomeSchema: z.ZodType<T>): Tally<T> {
  const file = join(resultsFolder, `${name}-trainings.json`);
  const Row = z.strictObject({ task: Task, outcome: outcomeSchema });
  let kept = existsSync(file) ? z.array(Row).parse(JSON.parse(readFileSync(file, 'utf8'))) : [];
  return {
    find: (task) => kept.find((row) => canonicalJson(row.task) === canonicalJson(task))?.outcome ?? null,
    add: async (task, outcome) => {
      const others = kept.filter((row) => row.task.work !== task.work || row.task.seed !== task.seed);
      kept = [...others, { task, outcome }];
      await writeFileAtomically(file, [Buffer.from(`${JSON.stringify(kept, null, 1)}\n`, 'utf8')]);
    },
  };
}
