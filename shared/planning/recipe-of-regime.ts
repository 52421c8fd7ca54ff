import { Recipe } from '../domain/recipe.ts';
import type { Regime } from '../domain/regime.ts';
import { regimeRecipes } from '../domain/regime-recipes.ts';

/** How a regime learns; what `wish` changes from the recipe's defaults stays as wished. */
export function recipeOfRegime(regime: Regime, wish: Recipe): Recipe {
  const defaults: Readonly<Record<string, unknown>> = Recipe.parse({});
  const wished = Object.entries(wish).filter(([name, value]) => value !== defaults[name]);
  return Recipe.parse({ ...regimeRecipes[regime], ...Object.fromEntries(wished) });
}

/** The regime that a freeze depth belongs to; `stages` are the network's ids, in their order. */
export function regimeOfDepth(stages: readonly string[], frozenThrough: string): Regime {
  if (frozenThrough === stages.at(-1)) return 'softmax';
  return frozenThrough === stages[0] ? 'everything' : 'later-stages';
}
