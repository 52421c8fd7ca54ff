/** The sweep that is about to be started: kept while the window is open, and what it means. */
import { createStore } from 'zustand/vanilla';
import { publishedRecipes } from '../../../shared/domain/published-recipes.ts';
import { Recipe } from '../../../shared/domain/recipe.ts';
import { Regime } from '../../../shared/domain/regime.ts';
import { type Dimension, type DimensionName, SweepSpec } from '../../../shared/domain/sweep.ts';
import { recipeOfRegime } from '../../../shared/planning/recipe-of-regime.ts';
import { readDimension } from '../../../shared/sweeps/read-dimension.ts';

export type Searched = { readonly name: DimensionName; readonly text: string };
export type SweepDraft = {
  readonly name: string;
  readonly backbones: readonly string[];
  readonly depths: readonly string[]; // 'all', 'none' or stage ids of the only network
  readonly recipe: string; // a regime, or the id of a published recipe
  readonly epochs: number | null; // null: those of the recipe
  readonly searched: readonly Searched[];
  readonly method: 'grid' | 'random';
  readonly points: number; // of a random search
  readonly searchSeed: number;
  readonly isHalving: boolean;
  readonly graceEpochs: number;
  readonly eta: number;
  readonly seeds: string;
  readonly folds: number | null;
  readonly budget: SweepSpec['budget'];
};

export const sweepDraft = createStore<SweepDraft>(() => ({
  name: '',
  backbones: ['tf_efficientnet_lite0'],
  depths: ['all'],
  recipe: 'softmax',
  epochs: null,
  searched: [{ name: 'learningRate', text: '0.0003, 0.001, 0.003, 0.01' }],
  method: 'grid',
  points: 20,
  searchSeed: 0,
  isHalving: false,
  graceEpochs: 1,
  eta: 3,
  seeds: '0',
  folds: null,
  budget: { runs: null, minutes: null, epochs: null },
}));

/** Why it cannot be started: the name of a setting, or null where the whole does not fit; in the schema's words. */
export type Problem = {
  readonly kind: 'range' | 'range-in-grid' | 'values' | 'seeds' | 'nothing';
  readonly name: DimensionName | null;
  readonly detail: string;
};
export type Meaning = { readonly spec: SweepSpec } | { readonly problem: Problem };

/** The specification. `fallbackName`: of a sweep without a name of its own. */
export function meaningOf(draft: SweepDraft, fallbackName: string): Meaning {
  const { backbones, depths, method, seeds } = draft;
  if (backbones.length === 0 || depths.length === 0) return wrong('nothing');
  const numbers = seeds.split(/[,，\s]+/).flatMap((text) => (text === '' ? [] : [Number(text)]));
  const fits = numbers.every((seed) => Number.isSafeInteger(seed) && seed >= 0);
  if (!fits || numbers.length === 0 || new Set(numbers).size < numbers.length) return wrong('seeds');
  const dimensions: Dimension[] = [...several('backbone', backbones), ...several('freeze', depths)];
  for (const { name, text } of draft.searched) {
    const dimension = readDimension(name, text.replaceAll('，', ','));
    if (dimension === null) return wrong('range', name);
    if (dimension.kind === 'range' && method === 'grid') return wrong('range-in-grid', name);
    dimensions.push(dimension);
  }
  const spec = SweepSpec.safeParse({
    name: draft.name.trim() === '' ? fallbackName : draft.name.trim(),
    base: { backbone: backbones[0], freeze: depths[0], seed: numbers[0], recipe: recipeOf(draft) },
    dimensions,
    method: method === 'grid' ? { kind: 'grid' } : { kind: 'random', points: draft.points, seed: draft.searchSeed },
    halving: draft.isHalving ? { eta: draft.eta, graceEpochs: draft.graceEpochs } : null,
    seeds: numbers,
    folds: draft.folds,
    foldSeed: draft.searchSeed,
    budget: draft.budget,
  });
  if (spec.success) return { spec: spec.data };
  const [issue] = spec.error.issues;
  const at = issue?.path[0] === 'dimensions' ? dimensions[Number(issue.path[1])] : undefined;
  return wrong('values', at?.name ?? null, issue?.message);
}

function wrong(kind: Problem['kind'], name: DimensionName | null = null, detail = ''): Meaning {
  return { problem: { kind, name, detail } };
}

/** What there is only one of is not searched for. */
function several(name: DimensionName, values: readonly string[]): Dimension[] {
  return values.length > 1 ? [{ kind: 'choices', name, values: [...values] }] : [];
}

function recipeOf({ recipe, epochs }: SweepDraft): Recipe {
  const regime = Regime.safeParse(recipe);
  const whole = regime.success
    ? recipeOfRegime(regime.data, Recipe.parse({}))
    : (publishedRecipes[recipe]?.recipe ?? Recipe.parse({}));
  return epochs === null ? whole : { ...whole, epochs };
}
