import { describe, expect, it } from 'vitest';
import { Recipe } from '../domain/recipe.ts';
import { Regime } from '../domain/regime.ts';
import { regimeRecipes } from '../domain/regime-recipes.ts';
import { findNetwork, networks } from '../networks/registry.ts';
import { recipeOfRegime } from './recipe-of-regime.ts';
import { recommendRegime, settleRegime } from './regimes.ts';

const network = findNetwork('tf_efficientnet_lite0');
/** A ladder of 1000 photos; the accuracies of the stages in order. */
const ladderOf = (accuracies: readonly number[]) =>
  network.stages.map(({ id }, at) => ({ stage: id, correct: Math.round(1000 * accuracies[at]!), total: 1000 }));
const rising = ladderOf([0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.9]);
const peaking = ladderOf([0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.9, 0.89, 0.88, 0.85, 0.85]);

describe('recommendRegime', () => {
  it('trains the softmax alone on few photos', () => {
    const advice = recommendRegime({ network, photosPerClass: [39, 500], ladder: rising });
    expect(advice).toMatchObject({ regime: 'softmax', frozenThrough: 'pooled' });
    expect(advice.reason).toContain('39 photos');
  });

  it('freezes up to where the ladder stops rising on a medium number', () => {
    const photosPerClass = [100, 120];
    const plateau = recommendRegime({ network, photosPerClass, ladder: peaking });
    expect(plateau.frozenThrough).toBe('blocks.3');
    expect(plateau.reason).toContain('no better after blocks.3');
    expect(recommendRegime({ network, photosPerClass, ladder: rising }).frozenThrough).toBe('blocks.6'); // never so late that only the softmax trains
    expect(recommendRegime({ network, photosPerClass, ladder: null })).toMatchObject({
      regime: 'later-stages',
      frozenThrough: 'blocks.6',
    });
  });

  it('trains everything on many photos', () => {
    const advice = recommendRegime({ network, photosPerClass: [400, 400], ladder: rising });
    expect(advice).toMatchObject({ regime: 'everything', frozenThrough: 'input' });
  });

  it('trains no more than the softmax where the frozen network leaves nothing to gain', () => {
    const solved = ladderOf([...new Array(10).fill(0.9), 0.99]);
    expect(recommendRegime({ network, photosPerClass: [1000, 1000], ladder: solved }).regime).toBe('softmax');
  });

  it.each(Object.keys(networks))('has a stage of %s for each regime that is asked for', (id) => {
    const question = { network: findNetwork(id), photosPerClass: [1], ladder: null };
    const stages = question.network.stages.map((stage) => stage.id);
    const frozen = (['everything', 'later-stages', 'softmax'] as const).map((regime) =>
      stages.indexOf(settleRegime(question, regime).frozenThrough),
    );
    expect(frozen[0]).toBe(0);
    expect(frozen[1]).toBeGreaterThan(0);
    expect(frozen[2]).toBeGreaterThan(frozen[1]!);
    expect(frozen[2]).toBe(stages.length - 1);
  });
});

describe('recipeOfRegime', () => {
  it.each(Regime.options)('is the recipe of %s, but for what is asked for otherwise', (regime) => {
    const defaults = Recipe.parse({});
    expect(recipeOfRegime(regime, defaults)).toEqual({ ...defaults, ...regimeRecipes[regime] });
    const wish = Recipe.parse({ epochs: 3, batchSize: 16 });
    expect(recipeOfRegime(regime, wish)).toEqual({ ...defaults, ...regimeRecipes[regime], epochs: 3, batchSize: 16 });
  });
});
