import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { findPublishedRecipe } from '../../shared/domain/published-recipes.ts';
import { Recipe } from '../../shared/domain/recipe.ts';
import { regimeRecipes } from '../../shared/domain/regime-recipes.ts';
import { findNetwork } from '../../shared/networks/registry.ts';
import { chosenRecipe } from './chosen-recipe.ts';

const root = mkdtempSync(join(tmpdir(), 'thaw-recipe-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const backbone = 'tf_efficientnet_lite0';
const write = (text: string): string => {
  const file = join(root, 'recipe.json');
  writeFileSync(file, text);
  return file;
};

it.each([
  ['all', 'softmax'],
  ['pooled', 'softmax'],
  ['blocks.6', 'later-stages'],
  ['stem', 'later-stages'],
  ['none', 'everything'],
  ['input', 'everything'],
] as const)('a depth (%s) learns by the recipe of its regime (%s), as it does in the window', (freeze, regime) => {
  expect(findNetwork(backbone).stages.map(({ id }) => id)).toContain('stem');
  expect(chosenRecipe({}, { backbone, freeze })).toEqual(Recipe.parse(regimeRecipes[regime]));
});

it('what is typed comes before the recipe, and a recipe by its name before that of the depth', () => {
  const published = findPublishedRecipe('resnet-2015').recipe;
  expect(chosenRecipe({ recipe: 'resnet-2015', epochs: 3 }, { backbone, freeze: 'none' })).toEqual({
    ...published,
    epochs: 3,
  });
  expect(chosenRecipe({ epochs: 3 }, { backbone, freeze: 'none' }).epochs).toBe(3);
  expect(chosenRecipe({}, null)).toEqual(Recipe.parse({}));
});

it('a file holds the settings that are not the defaults, and is checked', () => {
  const file = write('{"optimizer": "sgd", "learningRate": 0.01, "startShare": 0.5}');
  expect(chosenRecipe({ recipe: file }, null)).toEqual(
    Recipe.parse({ optimizer: 'sgd', learningRate: 0.01, startShare: 0.5 }),
  );
  expect(() => chosenRecipe({ recipe: write('{"learningRat": 1}') }, null)).toThrow(
    /recipe.json is no recipe.*learningRat/s,
  );
  expect(() => chosenRecipe({ recipe: write('{') }, null)).toThrow(/is no recipe/);
  expect(() => chosenRecipe({ recipe: write(' '.repeat(100_001)) }, null)).toThrow(/larger than 100 kB/);
  expect(() => chosenRecipe({ recipe: join(root, 'nowhere.json') }, null)).toThrow(/There is no recipe/);
});
