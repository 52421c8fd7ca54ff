/** The recipe that the command line's options come to. */
import { readFileSync, statSync } from 'node:fs';
import { AppError } from '../../shared/contract/errors.ts';
import { findPublishedRecipe, publishedRecipes } from '../../shared/domain/published-recipes.ts';
import { Recipe } from '../../shared/domain/recipe.ts';
import { findNetwork } from '../../shared/networks/registry.ts';
import { recipeOfRegime, regimeOfDepth } from '../../shared/planning/recipe-of-regime.ts';

const MOST_RECIPE_BYTES = 100_000;

export const recipeHelp = "a published recipe ('thaw recipes' lists them), or a JSON file of settings";

export type RecipeOptions = { readonly recipe?: string; readonly epochs?: number };
export type Depth = { readonly backbone: string; readonly freeze: string };

/**
 * A published recipe, one in a file, or else that of the depth (the defaults where there is none), with the options that
 * were typed. Throws NOT_FOUND or INVALID_INPUT.
 */
export function chosenRecipe({ recipe, epochs }: RecipeOptions, depth: Depth | null): Recipe {
  const base = recipe === undefined ? recipeOfDepth(depth) : readRecipe(recipe);
  return Recipe.parse({ ...base, ...(epochs !== undefined && { epochs }) });
}

/** A stage that is none is refused by whoever resolves it. */
function recipeOfDepth(depth: Depth | null): Recipe {
  const defaults = Recipe.parse({});
  if (depth === null) return defaults;
  const stages = findNetwork(depth.backbone).stages.map(({ id }) => id);
  const named: Readonly<Record<string, string | undefined>> = { all: stages.at(-1), none: stages[0] };
  return recipeOfRegime(regimeOfDepth(stages, named[depth.freeze] ?? depth.freeze), defaults);
}

function readRecipe(nameOrFile: string): Recipe {
  const stats = statSync(nameOrFile, { throwIfNoEntry: false });
  if (Object.hasOwn(publishedRecipes, nameOrFile) || stats?.isFile() !== true)
    return findPublishedRecipe(nameOrFile).recipe;
  if (stats.size > MOST_RECIPE_BYTES)
    throw new AppError('INVALID_INPUT', `${nameOrFile} is larger than 100 kB, so it is no recipe.`);
  try {
    return Recipe.parse(JSON.parse(readFileSync(nameOrFile, 'utf8')));
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 500) : '';
    throw new AppError('INVALID_INPUT', `${nameOrFile} is no recipe: ${reason}`, { cause: error });
  }
}
