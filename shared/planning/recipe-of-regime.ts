import { Recipe } from '../domain/recipe.ts';
import type { Regime } from '../domain/regime.ts';
import { regimeRecipes } from '../domain/regime-recipes.ts';

/** How a regime learns; what `wish` changes from the recipe's defaults stays as wished. */
export function recipeOfRegime(regime: Regime, wish: Recipe): Recipe {
  const defaults: Readonly<Record<string, unknown>> = Recipe.parse({});
  const wished = Object.entries(wish).filter(([name, value]) => value !== defaults[name]);
  return Recipe.parse({ ...regimeRecipes[regime], ...Object.fromEntries(wished) });
}
