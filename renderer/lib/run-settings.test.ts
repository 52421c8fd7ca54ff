import { describe, expect, it } from 'vitest';
import { augmentationPresets } from '../../shared/domain/augmentation.ts';
import { Recipe } from '../../shared/domain/recipe.ts';
import { RunConfig } from '../../shared/domain/run.ts';
import { differingSettings, notableSettings, SETTING_NAMES, settingOf } from './run-settings.ts';

const config = (recipe: Partial<Recipe> = {}, rest: Partial<RunConfig> = {}): RunConfig =>
  RunConfig.parse({
    backbone: 'resnet18',
    frozenThrough: 'input',
    recipe: Recipe.parse(recipe),
    seed: 1,
    selection: { kind: 'cross-validation', folds: 5 },
    ...rest,
  });

describe('settings of runs', () => {
  it('are every field of a configuration, each once', () => {
    const fields = Object.keys(RunConfig.shape).filter((name) => name !== 'recipe');
    expect([...SETTING_NAMES].sort()).toEqual([...fields, ...Object.keys(Recipe.shape)].sort());
  });

  it('differ only where a value does, in any of three runs', () => {
    expect(differingSettings([config(), config()])).toEqual([]);
    expect(differingSettings([config(), config(), config({ epochs: 3 })])).toEqual(['epochs']);
    expect(differingSettings([config(), config({}, { seed: 2 })])).toEqual(['seed']);
  });

  it('do not differ by the order of fields in an augmentation, but by one strength', () => {
    const reversed = Object.fromEntries(Object.entries(augmentationPresets.photo).toReversed());
    const first = config({}, { augmentation: augmentationPresets.photo });
    const second = { ...first, augmentation: reversed as RunConfig['augmentation'] & object };
    expect(differingSettings([first, second])).toEqual([]);
    expect(differingSettings([first, config({}, { augmentation: augmentationPresets.light })])).toEqual([
      'augmentation',
    ]);
  });

  it('are notable where they are not the default', () => {
    expect(notableSettings(config({ batchSize: 7 }))).toContain('batchSize');
    expect(notableSettings(config({ batchSize: 7 }))).not.toContain('optimizer');
    expect(settingOf(config({ batchSize: 7 }), 'batchSize')).toBe(7);
  });
});
