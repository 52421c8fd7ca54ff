/** The settings of runs, flat, for a list or for setting several side by side. */
import { Recipe } from '../../shared/domain/recipe.ts';
import type { RunConfig } from '../../shared/domain/run.ts';

const FIRST = ['backbone', 'frozenThrough', 'retrainedFrom', 'augmentation', 'selection', 'seed'] as const;

export type SettingName = keyof Recipe | (typeof FIRST)[number];

/** In the order in which people ask: what was trained, then how. */
export const SETTING_NAMES: readonly SettingName[] = [...FIRST, ...(Object.keys(Recipe.shape) as (keyof Recipe)[])];

const isOfRecipe = (name: SettingName): name is keyof Recipe => Object.hasOwn(Recipe.shape, name);

export function settingOf(config: RunConfig, name: SettingName): unknown {
  return isOfRecipe(name) ? config.recipe[name] : config[name];
}

/** Names of the settings in which the runs are not all alike. */
export function differingSettings(configs: readonly RunConfig[]): readonly SettingName[] {
  return SETTING_NAMES.filter((name) => {
    const values = configs.map((config) => stable(settingOf(config, name)));
    return values.some((value) => value !== values[0]);
  });
}

/** Names of the settings that are not the recipe's defaults; what the run is, always. */
export function notableSettings(config: RunConfig): readonly SettingName[] {
  const defaults = Recipe.parse({});
  const isSaid = (name: SettingName): boolean => name !== 'retrainedFrom' || config.retrainedFrom !== undefined;
  return SETTING_NAMES.filter((name) => (isOfRecipe(name) ? config.recipe[name] !== defaults[name] : isSaid(name)));
}

/** As text, whatever the order of fields. */
function stable(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(JSON.stringify(value));
  const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, inner]) => `${key}:${stable(inner)}`).join()}}`;
}
