/** Local response norm, side branches, and the tricks of AlexNet, each switched alone, over seeds. */
import { AugmentationPolicy } from '../../../shared/domain/augmentation.ts';
import { smallAlexnetId } from '../../../shared/networks/lab/small-alexnet.ts';
import type { Experiment } from './experiment.ts';
import {
  differencePanel,
  effectOf,
  overSeeds,
  overSeedsColumns,
  overSeedsRows,
  publishedPanel,
  settingOf,
  type Variant,
} from './over-seeds.ts';

type Effect = {
  readonly id: string;
  readonly title: string;
  readonly quickSeeds?: number;
  readonly base: Variant;
  readonly changes: readonly Variant[];
  readonly published: readonly { readonly claim: string; readonly source: string }[];
  readonly panel: {
    readonly note: string;
    readonly changes: readonly { readonly name: string; readonly change: number }[];
  };
};

const alexnet = {
  name: 'base',
  network: smallAlexnetId({ hasResponseNorm: false, pools: 'overlapping' }),
  recipe: {},
} as const;

/** By the momentum and rate of the others it learns half as much in as many epochs. */
const googlenetRecipe = { optimizer: 'adamw', learningRate: 0.003, batchSize: 32 } as const;

const effects: readonly Effect[] = [
  {
    id: 'lrn',
    title: 'Local response norm',
    base: alexnet,
    changes: [{ name: 'LRN', network: smallAlexnetId({ hasResponseNorm: true, pools: 'overlapping' }), recipe: {} }],
    published: [
      {
        claim: 'VGG-11 with LRN 29.7 % top-1 error, without 29.6 %: it brings nothing',
        source: 'Simonyan and Zisserman 2014, table 3',
      },
      {
        claim: 'AlexNet: LRN lowers the top-1 error by 1.4 points; on CIFAR-10 from 13 to 11 %',
        source: 'Krizhevsky et al. 2012, sec. 3.3',
      },
    ],
    panel: {
      note: 'VGG 2014, table 3; AlexNet 2012, sec. 3.3',
      changes: [
        { name: 'LRN (VGG)', change: 0.1 },
        { name: 'LRN (AlexNet)', change: -1.4 },
      ],
    },
  },
  {
    id: 'side-branches',
    title: 'Side branches of GoogLeNet',
    quickSeeds: 5,
    base: { name: 'narrow GoogLeNet', network: 'lab_googlenet_bn', recipe: googlenetRecipe },
    changes: [{ name: 'side branches', network: 'lab_googlenet_bn_aux', recipe: googlenetRecipe }],
    published: [
      {
        claim: 'Both side branches: about 0.5 % (relatively minor), and one of them does the same',
        source: 'Szegedy et al. 2014, sec. 5',
      },
      {
        claim: 'Not needed early; they help near the end of training, as a regulariser',
        source: 'Szegedy et al. 2015, sec. 4',
      },
    ],
    panel: { note: 'GoogLeNet 2014, sec. 5', changes: [{ name: 'side branches', change: -0.5 }] },
  },
  {
    id: 'tricks',
    title: 'PCA colour, dropout and pooling, one at a time',
    base: alexnet,
    changes: [
      {
        ...{ name: 'PCA colour', network: alexnet.network, recipe: {} },
        augmentation: AugmentationPolicy.parse({
          pcaColour: { probability: 1, deviation: 0.1, source: 'training-photos' },
        }),
      },
      { name: 'dropout', network: alexnet.network, recipe: { dropout: true } },
      { name: 'pools apart', network: smallAlexnetId({ hasResponseNorm: false, pools: 'side by side' }), recipe: {} },
    ],
    published: [
      { claim: 'PCA colour lowers the top-1 error by more than 1 point', source: 'Krizhevsky et al. 2012, sec. 4.1' },
      {
        claim: 'Overlapping pools lower it by 0.4 points, so that pools apart raise it',
        source: 'Krizhevsky et al. 2012, sec. 3.4',
      },
      {
        claim: 'Without dropout there is substantial overfitting; no figure is given',
        source: 'Krizhevsky et al. 2012, sec. 4.2',
      },
    ],
    panel: {
      note: 'AlexNet 2012, sec. 3.4 and 4; no figure for dropout',
      changes: [
        { name: 'PCA colour', change: -1 },
        { name: 'pools apart', change: 0.4 },
      ],
    },
  },
];

export const seededEffects: readonly Experiment[] = effects.map(
  ({ id, title, base, changes, published, panel, ...seeds }) => ({
    id,
    ...seeds,
    title: title.toLowerCase(),
    run: async (bench) => {
      const compared = await overSeeds(bench, [base, ...changes]);
      const told = compared.slice(1).map((each) => `${each.variant.name} ${effectOf(each)}`);
      return {
        experiment: id,
        title,
        setting: settingOf(bench, base),
        columns: overSeedsColumns,
        rows: overSeedsRows(compared),
        published,
        verdict: `Here ${told.join('; ')}.`,
        chart: { title, panels: [differencePanel(bench, compared), publishedPanel(panel.note, panel.changes)] },
      };
    },
  }),
);
