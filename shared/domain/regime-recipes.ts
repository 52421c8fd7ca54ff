/**
 * How each regime learns, as changes of the recipe's defaults. Measured on hymenoptera by cross-validation inside its
 * training photos: see main/engine/training/measured-recipes.md.
 *
 * What cures the fall of plain fine-tuning on a few hundred photos: the softmax, which starts at zero, learns first and
 * fast; pretrained weights follow at a tenth of its rate and less the deeper they lie; batch norms stay as pretrained.
 * Where everything moves, the softmax is trained to its end before (Kumar et al. 2022, arXiv:2202.10054, LP-FT), and what is
 * kept lies half-way between there and the end: Wortsman et al. 2022, arXiv:2109.01903 (WiSE-FT).
 */
import type { Recipe } from './recipe.ts';
import type { Regime } from './regime.ts';

const gentle: Partial<Recipe> = {
  ...{ learningRate: 0.001, backboneRate: 0.1, layerDecay: 0.7, headEpochs: 2 },
  ...{ batchNorm: 'freeze', batchSize: 16, epochs: 8 },
};

const fromSoftmax: Partial<Recipe> = {
  ...{ learningRate: 1e-4, layerDecay: 0.7, softmaxStart: true, startShare: 0.5 },
  ...{ batchNorm: 'freeze', batchSize: 16, epochs: 3 },
};

export const regimeRecipes: Readonly<Record<Regime, Partial<Recipe>>> = {
  softmax: {},
  'later-stages': gentle,
  everything: fromSoftmax,
};
