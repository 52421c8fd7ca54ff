/** What is about to be trained: kept while the window is open, whatever view is looked at. */
import { createStore } from 'zustand/vanilla';
import type { CommandInput } from '../../../shared/contract/commands.ts';
import { AugmentationPolicy, isIdentityPolicy } from '../../../shared/domain/augmentation.ts';
import { Recipe } from '../../../shared/domain/recipe.ts';
import type { Regime } from '../../../shared/domain/regime.ts';
import { recipeOfRegime } from '../../../shared/planning/recipe-of-regime.ts';

export type TrainDraft = {
  readonly backbone: string;
  readonly freeze: string | null; // stage id; null: as recommended, until the slider is moved
  readonly recipe: Recipe;
  readonly isRecipeOwn: boolean; // changed by hand: no longer follows the depth
  readonly augmentation: AugmentationPolicy;
  readonly seed: number;
  readonly name: string;
};

export const DEFAULT_BACKBONE = 'tf_efficientnet_lite0';

const firstDraft: TrainDraft = {
  backbone: DEFAULT_BACKBONE,
  freeze: null,
  recipe: recipeOfRegime('softmax', Recipe.parse({})),
  isRecipeOwn: false,
  augmentation: AugmentationPolicy.parse({}),
  seed: 0,
  name: '',
};

export const draftStore = createStore<TrainDraft>(() => firstDraft);

/** The regime that a depth belongs to: it decides the recipe. */
export function regimeOfStop(stop: number, lastStop: number): Regime {
  if (stop === 0) return 'everything';
  return stop === lastStop ? 'softmax' : 'later-stages';
}

/** The recipe of a depth, unless the person has made one of their own. */
export function withDepth(draft: TrainDraft, freeze: string, regime: Regime): TrainDraft {
  const recipe = draft.isRecipeOwn ? draft.recipe : recipeOfRegime(regime, Recipe.parse({}));
  return { ...draft, freeze, recipe };
}

/** The input of `runs.train`. */
export function toTrainInput(draft: TrainDraft, freeze: string): CommandInput<'runs.train'> {
  const name = draft.name.trim();
  return {
    backbone: draft.backbone,
    freeze,
    seed: draft.seed,
    recipe: draft.recipe,
    ...(isIdentityPolicy(draft.augmentation) ? {} : { augmentation: draft.augmentation }),
    ...(name === '' ? {} : { name }),
  };
}

/** Takes a policy that is valid; any other changes nothing. */
export function setAugmentation(augmentation: AugmentationPolicy): void {
  const checked = AugmentationPolicy.safeParse(augmentation);
  if (checked.success) draftStore.setState({ augmentation: checked.data });
}
