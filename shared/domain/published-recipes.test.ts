import { describe, expect, it } from 'vitest';
import { networks } from '../networks/registry.ts';
import { findPublishedRecipe, publishedRecipeOf, publishedRecipes } from './published-recipes.ts';
import { Recipe } from './recipe.ts';

describe('published recipes', () => {
  it.each(Object.entries(publishedRecipes))('%s is a whole recipe with its source', (id, { recipe, source, title }) => {
    expect(Recipe.parse(JSON.parse(JSON.stringify(recipe)))).toEqual(recipe);
    expect(recipe.weightDecay).not.toBe('auto');
    expect(id).toMatch(/^[a-z0-9-]+$/);
    expect(JSON.stringify(source)).not.toMatch(/https?:/);
    for (const text of [title, source.authors, source.work, source.reference, source.section])
      expect(text).not.toBe('');
    expect(source.year).toBeGreaterThan(1990);
  });

  it.each(Object.entries(publishedRecipes))('%s falls, if by steps, before it ends', (_id, { recipe }) => {
    if (recipe.schedule === 'step') expect(recipe.stepEpochs).toBeLessThan(recipe.epochs);
  });

  it.each(Object.entries(networks))(
    '%s has the one that it was trained with, and what was published about it',
    (id, make) => {
      const recipe = publishedRecipeOf(id);
      expect(recipe).not.toBeNull();
      expect(findPublishedRecipe(recipe!).purpose).toBe('from-scratch');
      const { published, paper } = make();
      expect(published?.recipe).toMatch(/./);
      const year = String(findPublishedRecipe(recipe!).source.year);
      // Lite has no paper of its own; torchvision's AlexNet of 2014 is trained as that of 2012
      if (!['tf_efficientnet', 'alexnet'].some((each) => id.startsWith(each))) expect(paper).toContain(year);
      if (published?.accuracy) expect(published.accuracy.source).not.toBe('');
      if (published?.weights) expect(published.weights.licence).toMatch(/^[\w.-]+$/);
    },
  );

  it('names the known ones where an id is unknown', () => {
    expect(findPublishedRecipe('resnet-2015').recipe.learningRate).toBe(0.1);
    expect(() => findPublishedRecipe('toString')).toThrow(/Choose one of: lenet-1998, nin-2013/);
  });
});

describe('Recipe', () => {
  it('leaves a recipe of an earlier version as it was: what is new is off', () => {
    const earlier = {
      ...{ optimizer: 'adamw', learningRate: 0.001, schedule: 'cosine', epochs: 30, batchSize: 32 },
      ...{ weightDecay: 'auto', labelSmoothing: 0.1, dropout: false, patience: 10 },
    } as const;
    expect(Recipe.parse({})).toMatchObject(earlier);
    expect(Recipe.parse(earlier)).toMatchObject({
      ...{ momentum: 0.9, nesterov: true, squareDecay: null, epsilon: 1e-8, warmUpFraction: 0.1 },
      ...{ clipNorm: null, accumulate: 1, averaging: null, mixupAlpha: 0, classWeighting: 'none' },
      ...{ backboneRate: 1, layerDecay: 1, headEpochs: 0, unfreezing: 'none', batchNorm: 'train' },
      softmaxStart: false,
      startShare: 0,
    });
  });

  it.each([
    { learningRate: 0 },
    { momentum: 1 },
    { layerDecay: 0 },
    { layerDecay: 1.1 },
    { unfreezing: 0 },
    { clipNorm: 0 },
    { accumulate: 0 },
    { averaging: 1 },
    { stepFactor: 0 },
    { mixupAlpha: -1 },
    { warmUpFraction: 0.95 },
    { learningrate: 0.1 },
  ])('refuses %o', (settings) => {
    expect(Recipe.safeParse(settings).success).toBe(false);
  });
});
