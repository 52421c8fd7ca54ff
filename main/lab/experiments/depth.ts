/** Plain against residual stacks at growing depth, with and without batch norm. */
import type { Recipe } from '../../../shared/domain/recipe.ts';
import { smallDepths, smallStackId } from '../../../shared/networks/lab/small-stacks.ts';
import type { Panel } from '../chart.ts';
import type { LabResult } from '../projects.ts';
import type { LabReport } from '../report.ts';
import { type Experiment, type LabBench, lastErrors, percent, plainRecipe } from './experiment.ts';

const quickDepths = [8, 20, 32, 56];
const HARDLY_LEARNT = 80; // percent of training error, of ten classes
const NOISE_POINTS = 2; // of training error: less than this from depth to depth is called level

type Family = 'plain' | 'residual' | 'residual, from identity';
type Found = { readonly family: Family; readonly depth: number; readonly result: LabResult };
type Way = {
  readonly id: string;
  readonly title: string;
  readonly hasNorms: boolean;
  readonly families: readonly Family[]; // without norms the residual ones begin as the identity anyway
  readonly rate: Partial<Recipe>;
};

const ways: readonly Way[] = [
  {
    ...{ id: 'depth', title: 'with batch norm', hasNorms: true },
    ...{ families: ['plain', 'residual', 'residual, from identity'], rate: { learningRate: 0.1 } },
  },
  {
    ...{ id: 'depth-without-norm', title: 'without batch norm', hasNorms: false },
    ...{ families: ['plain', 'residual'], rate: { optimizer: 'adamw', learningRate: 0.001 } }, // by momentum none of them learns
  },
];

export const depthExperiments: readonly Experiment[] = ways.map((way) => ({
  id: way.id,
  title: `plain against residual by depth, ${way.title}`,
  run: async (bench) => {
    const found: Found[] = [];
    for (const family of way.families)
      for (const depth of bench.isFull ? smallDepths : quickDepths)
        found.push({ family, depth, result: await trainStack(bench, way, { family, depth }) });
    return reportOf(bench, way, found);
  },
}));

function trainStack(bench: LabBench, { hasNorms, rate }: Way, stack: Omit<Found, 'result'>): Promise<LabResult> {
  const { family, depth } = stack;
  const seed = bench.seeds[0]!;
  const recipe = { ...plainRecipe, ...rate, epochs: epochsOf(bench), batchSize: 64 };
  const isResidual = family !== 'plain';
  const start = family === 'residual, from identity' ? ' from identity' : '';
  const name = `${isResidual ? 'Residual' : 'Plain'}-${depth}${start}${hasNorms ? '' : ' without batch norm'}, seed ${seed}`;
  const network = smallStackId({
    depth,
    hasNorms,
    isResidual,
    ...(start !== '' && { startsAsIdentity: true as const }),
  });
  return bench.train({ set: 'scenes', name, network, recipe, seed });
}

const epochsOf = ({ isFull }: LabBench): number => (isFull ? 60 : 20);

function reportOf(bench: LabBench, way: Way, found: readonly Found[]): LabReport {
  const depths = [...new Set(found.map(({ depth }) => depth))];
  const { families } = way;
  const counts = bench.counts('scenes');
  const resultOf = (family: Family, depth: number): LabResult =>
    found.find((each) => each.family === family && each.depth === depth)!.result;
  const errorOf = (family: Family, depth: number): number => lastErrors(resultOf(family, depth)).train;
  const { learningRate, optimizer = 'sgd' } = way.rate;
  const stepping = { sgd: 'momentum 0.9', adamw: 'AdamW', rmsprop: 'RMSprop' }[optimizer];
  return {
    experiment: way.id,
    title: `Training error against depth, ${way.title}`,
    setting: `${counts.train} generated textures and shapes at 24 pixels, ten classes; 8, 16 and 32 channels; ${epochsOf(bench)} epochs, ${stepping} at a rate of ${learningRate}, batches of 64, seed ${bench.seeds[0]}; running training error of the last epoch`,
    columns: ['depth', ...families, ...families.map((family, at) => (at === 0 ? `validation: ${family}` : family))],
    rows: depths.map((depth) => [
      String(depth),
      ...families.map((family) => cellOf(resultOf(family, depth))),
      ...families.map((family) => percent(lastErrors(resultOf(family, depth)).val)),
    ]),
    published: published(way),
    verdict: verdictOf(depths, families, errorOf),
    chart: {
      title: `Training error against depth, ${way.title}`,
      panels: [
        {
          title: 'Measured here',
          note: `${counts.train} textures and shapes, 24 pixels, ${epochsOf(bench)} epochs`,
          x: { label: 'layers', ticks: depths.map((depth) => [depth, String(depth)] as const) },
          y: { label: 'training error, %' },
          isJoined: true,
          series: families.map((name) => ({ name, points: depths.map((x) => ({ x, y: errorOf(name, x) })) })),
        },
        publishedPanel(),
      ],
    },
  };
}

const startPublished = {
  claim:
    'Blocks that begin as the identity, by a last gamma of zero, help all of its networks, most where training is hard at first',
  source: 'Goyal et al. 2017, sec. 5.1',
} as const;

const published = ({ families }: Way): LabReport['published'] => [
  {
    claim: 'CIFAR-10: the training error of plain stacks rises from 20 to 56 layers, that of residual ones falls',
    source: 'He et al. 2015, fig. 6',
  },
  {
    claim: 'CIFAR-10, residual-20, 32, 44, 56: test errors of 8.75, 7.51, 7.17, 6.97 %',
    source: 'He et al. 2015, table 6',
  },
  {
    claim: 'ImageNet, 18 to 34 layers: plain 27.94 to 28.54 %, residual 27.88 to 25.03 %',
    source: 'He et al. 2015, table 2',
  },
  ...(families.includes('residual, from identity') ? [startPublished] : []),
];

const publishedPanel = (): Panel => ({
  title: 'Published, on ImageNet',
  note: 'He et al. 2015, table 2: top-1 error of ten crops',
  x: { label: 'layers', ticks: [18, 34].map((depth) => [depth, String(depth)] as const) },
  y: { label: 'validation error, %' },
  isJoined: true,
  series: [
    {
      name: 'plain',
      points: [
        { x: 18, y: 27.94 },
        { x: 34, y: 28.54 },
      ],
    },
    {
      name: 'residual',
      points: [
        { x: 18, y: 27.88 },
        { x: 34, y: 25.03 },
      ],
    },
  ],
});

const cellOf = (result: LabResult): string => (result.isDiverged ? 'no number' : percent(lastErrors(result).train));

type ErrorOf = (family: Family, depth: number) => number;

/** Where each curve turns up: the depth of its least error, and what it is at the deepest. */
function verdictOf(depths: readonly number[], families: readonly Family[], errorOf: ErrorOf): string {
  const deepest = depths.at(-1)!;
  const least = Math.min(...families.flatMap((family) => depths.map((depth) => errorOf(family, depth))));
  if (least > HARDLY_LEARNT)
    return `Hardly anything was learnt (least ${percent(least)}, guessing has 90.0 %): so few steps say nothing of where a curve turns up; published is a turn between 20 and 56.`;
  const turnOf = (family: Family) => {
    const best = depths.toSorted((a, b) => errorOf(family, a) - errorOf(family, b))[0]!;
    const [least, last] = [errorOf(family, best), errorOf(family, deepest)];
    const told = `${percent(least)} there, ${percent(last)} at ${deepest}`;
    return { best, least, last, told, isTurned: last - least > NOISE_POINTS };
  };
  const plain = turnOf('plain');
  const first = plain.isTurned
    ? `The plain curve turns up behind ${plain.best} layers: ${plain.told}`
    : `The plain curve does not turn up as far as ${deepest} layers (least ${percent(plain.least)} at ${plain.best}, ${percent(plain.last)} at ${deepest}); published is a turn between 20 and 56`;
  const residual = turnOf('residual');
  const second = residual.isTurned
    ? `the residual one turns up too, behind ${residual.best}: ${residual.told}. That is not as published: so few steps do not train the deepest ones.`
    : `the residual one has ${percent(residual.last)} at ${deepest}.`;
  if (!families.includes('residual, from identity')) return `${first}; ${second}`;
  const started = turnOf('residual, from identity');
  const third = started.isTurned ? `turns up behind ${started.best}: ${started.told}` : `has ${percent(started.last)}`;
  return `${first}; ${second} That whose blocks begin as the identity ${third}${started.isTurned ? '' : ` at ${deepest}`}.`;
}
