import { describe, expect, it } from 'vitest';
import { AugmentationPolicy, augmentationPresets } from '../../../shared/domain/augmentation.ts';
import { Recipe } from '../../../shared/domain/recipe.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { axisGradient } from './axis-gradient.ts';
import { summariseDepth, usualPhotos } from './depth-summary.ts';
import {
  colour,
  countDistortions,
  geometry,
  presetOf,
  shiftOf,
  widthOf,
  withBar,
  withShiftKind,
} from './distortions.ts';
import { draftStore, regimeOfStop, toTrainInput, withDepth } from './draft.ts';
import { ladderRange, ladderY } from './ladder-scale.ts';
import { networkBlocks } from './network-blocks.ts';
import { recipeGroups } from './recipe-fields.ts';

const none = AugmentationPolicy.parse({});

describe('distortions in the panel', () => {
  it.each([...geometry, ...colour].map((one) => [one.id, one] as const))(
    '%s keeps what is set, within its bounds, as a valid policy',
    (_id, { withProbability, probability, strength }) => {
      const on = withProbability(none, 0.4);
      expect(probability?.(on)).toBe(0.4);
      expect(countDistortions(on)).toBe(1);
      expect(presetOf(on)).toBeNull();
      for (const value of strength === null ? [] : [strength.scale.min, strength.scale.max]) {
        const set = strength!.write(on, value);
        expect(strength!.read(set)).toBeCloseTo(value, 9);
        expect(AugmentationPolicy.parse(set)).toEqual(set);
      }
    },
  );

  it('know a preset whatever the number of stored views', () => {
    for (const [id, preset] of Object.entries(augmentationPresets))
      expect(presetOf({ ...preset, cachedViews: 17 })).toBe(id);
    expect(countDistortions(augmentationPresets.none)).toBe(0);
    expect(countDistortions(augmentationPresets.inception)).toBe(5);
  });

  it('keep the width when the distribution changes', () => {
    for (const kind of ['uniform', 'normal', 'truncated-normal', 'laplace', 'histogram'] as const) {
      expect(widthOf(shiftOf(kind, 0.2))).toBeCloseTo(0.2, 12);
      const changed = AugmentationPolicy.parse(withShiftKind(none, kind)).channelShift.green;
      expect(changed.kind).toBe(kind);
      expect(widthOf(changed)).toBeCloseTo(widthOf(none.channelShift.green), 12);
    }
  });
});

describe('the bars of a histogram', () => {
  const bars = withShiftKind(none, 'histogram');
  const shiftOfBars = (policy: AugmentationPolicy) => {
    const { red } = AugmentationPolicy.parse(policy).channelShift;
    if (red.kind !== 'histogram') throw new Error('It is no histogram.');
    return red;
  };

  it('are set one by one, for the three channels alike, within 0 and 1', () => {
    const set = withBar(withBar(bars, { bar: 2, weight: 0.4 }), { bar: 10, weight: 7 });
    const { weights } = shiftOfBars(set);
    expect([weights[2], weights[10]]).toEqual([0.4, 1]);
    expect(set.channelShift.green).toEqual(set.channelShift.red);
    expect(shiftOfBars(set).edges).toEqual(shiftOfBars(bars).edges);
  });

  it('can be those of one channel, which the others do not follow', () => {
    const green = withBar(withShiftKind(none, 'histogram', 'green'), { bar: 1, weight: 0.9 }, 'green');
    const { channelShift } = AugmentationPolicy.parse(green);
    expect([channelShift.red.kind, channelShift.green.kind, channelShift.blue.kind]).toEqual([
      'uniform',
      'histogram',
      'uniform',
    ]);
    expect(withBar(green, { bar: 1, weight: 0.2 }, 'red')).toEqual(green);
    const wider = colour.find(({ id }) => id === 'channelShift')!.strength!.write(green, 0.3);
    expect([wider.channelShift.red, wider.channelShift.green].map(widthOf)).toEqual([0.3, 0.3]);
    expect(wider.channelShift.green.kind).toBe('histogram');
  });

  it('stay when the width changes, even to none', () => {
    const channelShift = colour.find(({ id }) => id === 'channelShift')!;
    const own = withBar(bars, { bar: 0, weight: 0.77 });
    for (const width of [0.5, 0]) {
      const wider = shiftOfBars(channelShift.strength!.write(own, width));
      expect(wider.weights).toEqual(shiftOfBars(own).weights);
      expect(wider.edges.at(-1)).toBeCloseTo(Math.max(0.01, width), 12);
    }
  });

  it('cannot all be taken away', () => {
    const count = shiftOfBars(bars).weights.length;
    let policy = bars;
    for (let bar = 0; bar < count; bar += 1) policy = withBar(policy, { bar, weight: 0 });
    expect(shiftOfBars(policy).weights.filter((weight) => weight > 0)).toHaveLength(1);
  });
});

describe('the draft of a training', () => {
  it('takes the recipe of the depth, unless the person has their own', () => {
    const first = draftStore.getState();
    const deep = withDepth(first, 'input', regimeOfStop(0, 9));
    expect(deep.recipe.layerDecay).toBeLessThan(1);
    const own = withDepth({ ...first, isRecipeOwn: true }, 'input', 'everything');
    expect(own.recipe).toEqual(first.recipe);
  });

  it('sends no policy that changes nothing, and no empty name', () => {
    const first = draftStore.getState();
    expect(toTrainInput({ ...first, name: '  ' }, 'pooled')).toEqual({
      ...{ backbone: first.backbone, freeze: 'pooled', seed: 0, recipe: first.recipe },
    });
    const named = toTrainInput({ ...first, name: ' a ', augmentation: augmentationPresets.light }, 'pooled');
    expect(named).toMatchObject({ name: 'a', augmentation: augmentationPresets.light });
  });
});

describe('the figures of a depth', () => {
  const blocks = networkBlocks(findNetwork('lenet5'));

  it('part parameters and multiplications in what is frozen and what learns', () => {
    const all = summariseDepth(blocks, 0, []);
    expect(all.learningShare).toBe(1);
    expect(all.frozenMultiplications).toBe(0);
    const last = summariseDepth(blocks, blocks.length - 1, []);
    expect(last.learningParameters).toBe(84 * 10 + 10); // LeNet-5's softmax
    expect(last.trainedMultiplications).toBe(840);
    expect(last.frozenMultiplications + last.trainedMultiplications).toBe(all.trainedMultiplications);
    expect(last.planned).toBeNull();
  });

  it('name the usual numbers of photos without a gap', () => {
    const borders = { laterStages: 40, everything: 400 };
    expect(usualPhotos('softmax', borders)).toEqual([2, 40]);
    expect(usualPhotos('later-stages', borders)).toEqual([40, 400]);
    expect(usualPhotos('everything', borders)).toEqual([400, null]);
  });
});

it('the ladder has every interval inside its scale, the best on top', () => {
  const range = ladderRange([
    [0.53, 0.61],
    [0.92, 0.97],
  ]);
  expect(range).toEqual([0.5, 1]);
  expect(ladderY(1, range, 80)).toBe(0);
  expect(ladderY(0.5, range, 80)).toBe(80);
  expect(ladderY(0.3, [0.3, 0.3], 80)).toBe(40);
});

it('an axis runs through the mean colour, two deviations to each side', () => {
  expect(axisGradient([0.5, 0.5, 0.5], [1, 0, 0], 0.01)).toBe(
    'linear-gradient(90deg, rgb(77, 128, 128), rgb(128, 128, 128), rgb(179, 128, 128))',
  );
});

it('the recipe panel shows every setting of a recipe once', () => {
  const shown = recipeGroups.flatMap(({ fields }) => fields.map(({ key }) => key)).sort();
  expect(shown).toEqual(Object.keys(Recipe.parse({})).sort());
});
