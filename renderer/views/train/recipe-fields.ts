/** Which settings of a recipe the panel shows, in which group and with which bounds. */
import type { Recipe } from '../../../shared/domain/recipe.ts';

type NumberKey = { [K in keyof Recipe]: number extends Recipe[K] ? K : never }[keyof Recipe];
type ChoiceKey = 'optimizer' | 'schedule' | 'classWeighting' | 'batchNorm';
type SwitchKey = 'nesterov' | 'dropout' | 'softmaxStart';

/** emptyValue: what an empty field stands for, where one may be empty. */
export type RecipeField =
  | {
      readonly kind: 'number';
      readonly key: NumberKey;
      readonly min: number;
      readonly max: number;
      readonly step: number;
      readonly emptyValue?: null | 'auto' | 'none';
    }
  | { readonly kind: 'choice'; readonly key: ChoiceKey; readonly choices: readonly Recipe[ChoiceKey][] }
  | { readonly kind: 'switch'; readonly key: SwitchKey };

export type RecipeGroup = {
  readonly id: 'optimizer' | 'schedule' | 'loss' | 'depth';
  readonly fields: readonly RecipeField[];
};

const number = (
  key: NumberKey,
  [min, max, step]: readonly [number, number, number],
  empty: { readonly emptyValue?: null | 'auto' | 'none' } = {},
): RecipeField => ({ kind: 'number', key, min, max, step, ...empty });

export const recipeGroups: readonly RecipeGroup[] = [
  {
    id: 'optimizer',
    fields: [
      { kind: 'choice', key: 'optimizer', choices: ['sgd', 'adamw', 'rmsprop'] },
      number('learningRate', [1e-6, 10, 0.0005]),
      number('momentum', [0, 0.9999, 0.05]),
      { kind: 'switch', key: 'nesterov' },
      number('squareDecay', [0, 0.99999, 0.01], { emptyValue: null }),
      number('epsilon', [1e-12, 10, 1e-8]),
      number('weightDecay', [0, 1000, 0.001], { emptyValue: 'auto' }),
      number('clipNorm', [0.001, 1e6, 0.5], { emptyValue: null }),
      number('averaging', [0, 0.99999, 0.01], { emptyValue: null }),
    ],
  },
  {
    id: 'schedule',
    fields: [
      number('epochs', [1, 500, 1]),
      { kind: 'choice', key: 'schedule', choices: ['constant', 'cosine', 'step', 'one-cycle'] },
      number('warmUpFraction', [0, 0.9, 0.05]),
      number('stepEpochs', [1, 500, 1]),
      number('stepFactor', [0.001, 1, 0.1]),
      number('patience', [1, 500, 1], { emptyValue: null }),
    ],
  },
  {
    id: 'loss',
    fields: [
      number('batchSize', [1, 1024, 8]),
      number('accumulate', [1, 256, 1]),
      number('labelSmoothing', [0, 0.5, 0.05]),
      number('mixupAlpha', [0, 10, 0.1]),
      { kind: 'choice', key: 'classWeighting', choices: ['none', 'balanced'] },
      { kind: 'switch', key: 'dropout' },
    ],
  },
  {
    id: 'depth',
    fields: [
      number('backboneRate', [0.0001, 1, 0.1]),
      number('layerDecay', [0.01, 1, 0.1]),
      { kind: 'switch', key: 'softmaxStart' },
      number('startShare', [0, 1, 0.1]),
      number('headEpochs', [0, 500, 1]),
      number('unfreezing', [1, 100, 1], { emptyValue: 'none' }),
      { kind: 'choice', key: 'batchNorm', choices: ['train', 'freeze'] },
    ],
  },
];
