/** A learning rate to start from, found on the project's photos to train on. */
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { Recipe } from '../../../shared/domain/recipe.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { recipeOfRegime, regimeOfDepth } from '../../../shared/planning/recipe-of-regime.ts';
import { listClasses } from '../../store/classes.ts';
import { assignSides } from '../../store/sides.ts';
import type { CommandContext } from '../dispatch.ts';
import { expectResult } from '../expect-result.ts';
import { requireFitDataset } from '../fit-dataset.ts';
import { measureRoom, requireRoom } from '../machine-room.ts';
import { jobFolders, labelledImages, type Session } from '../session.ts';
import { resolveFreeze } from './train.ts';

/** Throws NOT_FOUND for an unknown stage, DATASET_UNFIT also where the loss falls at no rate. */
export async function findRate(
  session: Session,
  input: CommandInput<'runs.find-rate'>,
  context: CommandContext,
): Promise<CommandOutput<'runs.find-rate'>> {
  const { backbone, seed } = input;
  const { database, folder, folders } = session.project;
  const frozenThrough = resolveFreeze(backbone, input.freeze);
  assignSides(database);
  const images = labelledImages(session, ['train']);
  const classes = listClasses(database).map(({ name }) => name as string);
  requireFitDataset(classes, images);
  const stages = findNetwork(backbone).stages.map(({ id }) => id);
  const recipe = input.recipe ?? recipeOfRegime(regimeOfDepth(stages, frozenThrough), Recipe.parse({}));
  const room = await measureRoom({ project: folder, features: folders.features });
  const needs = { backbone, frozenThrough, recipe, classCount: classes.length, photos: images.length };
  requireRoom(needs, room, (text) => context.onEvent({ kind: 'note', text }));
  const job = { backbone, frozenThrough, classes, images, recipe, seed, ...jobFolders(session) };
  const result = await session.engine.run({ kind: 'find-rate', jobId: `find-rate ${backbone}`, ...job }, context);
  const { suggested, points, skipped } = expectResult(result, 'find-rate');
  for (const { imageId, failure } of skipped)
    context.onEvent({ kind: 'note', text: `Left out ${imageId.slice(0, 12)}: ${failure.message}` });
  if (suggested === null) throw neverFell(points.length);
  return { suggested, points };
}

function neverFell(rates: number): AppError {
  const advice = 'Check the labels, add photos, or keep the default rate.';
  return new AppError(
    'DATASET_UNFIT',
    `The loss fell at none of ${rates} learning rates: nothing to suggest. ${advice}`,
  );
}
