/** Plain against residual stacks at growing depth, with and without batch norm. */
import type { Recipe } from '../../../shared/domain/recipe.ts';
import { type SmallStack, smallDepths, smallStackId } from '../../../shared/networks/lab/small-stacks.ts';
import type { Series } from '../chart.ts';
import type { LabResult } from '../projects.ts';
import type { LabReport } from '../report.ts';
import { type Experiment, type LabBench, lastErrors, percent, plainRecipe } from './experiment.ts';

const quickDepths = [8, 20, 32, 56];
const NOISE_POINTS = 2; // of training error: less than this from depth to depth is called level

const families = [
  { isResidual: false, hasNorms: true, name: 'plain' },
  { isResidual: true, hasNorms: true, name: 'residual' },
  { isResidual: false, hasNorms: false, name: 'plain, no norm' },
  { isResidual: true, hasNorms: false, name: 'residual, no norm' },
] as const;
type Family = (typeof families)[number];
type Found = { readonly family: Family; readonly depth: number; readonly result: LabResult };

export const depth: Experiment = {
  id: 'depth',
  title: 'plain against residual, by depth',
  run: async (bench) => {
    const found: Found[] = [];
    for (const family of families)
      for (const layers of bench.isFull ? smallDepths : quickDepths)
        found.push({ family, depth: layers, result: await trainStack(bench, { ...family, depth: layers }) });
    return reportOf(bench, found);
  },
};

function trainStack(bench: LabBench, stack: SmallStack): Promise<LabResult> {
  const { isResidual, hasNorms, depth: layers } = stack;
  const seed = bench.seeds[0]!;
  const rate: Partial<Recipe> = hasNorms ? { learningRate: 0.1 } : { learningRate: 0.02, clipNorm: 1 };
  const recipe = { ...plainRecipe, ...rate, epochs: epochsOf(bench), batchSize: 64 };
  const name = `${isResidual ? 'Residual' : 'Plain'}-${layers}${hasNorms ? '' : ' without batch norm'}, seed ${seed}`;
  return bench.train({ set: 'scenes', name, network: smallStackId(stack), recipe, seed });
}

const epochsOf = ({ isFull }: LabBench): number => (isFull ? 60 : 12);

function reportOf(bench: LabBench, found: readonly Found[]): LabReport {
  const depths = [...new Set(found.map((each) => each.depth))];
  const counts = bench.counts('scenes');
  const errorOf = (family: Family, layers: number): number =>
    lastErrors(found.find((each) => each.family === family && each.depth === layers)!.result).train;
  const series = families.map(
    (family): Series => ({
      name: family.name,
      points: depths.map((layers) => ({ x: layers, y: errorOf(family, layers) })),
      ...(family.hasNorms ? {} : { isDashed: true }),
    }),
  );
  return {
    experiment: 'depth',
    title: 'Training error against depth',
    setting: `${counts.train} generated textures and shapes at 24 pixels, ten classes; ${epochsOf(bench)} epochs, momentum 0.9, batches of 64, rate 0.1 (without batch norm 0.02, gradients clipped at 1), 8, 16 and 32 channels, seed ${bench.seeds[0]}; running training error of the last epoch`,
    columns: ['depth', ...families.map(({ name }) => name), 'validation: plain', 'residual'],
    rows: depths.map((layers) => [
      String(layers),
      ...families.map((family) => cellOf(found, family, layers)),
      ...families.slice(0, 2).map((family) => {
        const { result } = found.find((each) => each.family === family && each.depth === layers)!;
        return percent(lastErrors(result).val);
      }),
    ]),
    published: [
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
    ],
    verdict: `${turnOf('With batch norm', depths, (layers) => [errorOf(families[0], layers), errorOf(families[1], layers)])} ${turnOf('Without it', depths, (layers) => [errorOf(families[2], layers), errorOf(families[3], layers)])}`,
    chart: {
      title: 'Training error against depth',
      panels: [
        {
          title: 'Measured here',
          note: `${counts.train} textures and shapes, 24 pixels, ${epochsOf(bench)} epochs`,
          x: { label: 'layers', ticks: depths.map((layers) => [layers, String(layers)] as const) },
          y: { label: 'training error, %' },
          isJoined: true,
          series,
        },
        {
          title: 'Published, on ImageNet',
          note: 'He et al. 2015, table 2: top-1 error of ten crops',
          x: {
            label: 'layers',
            ticks: [
              [18, '18'],
              [34, '34'],
            ],
          },
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
        },
      ],
    },
  };
}

function cellOf(found: readonly Found[], family: Family, layers: number): string {
  const { result } = found.find((each) => each.family === family && each.depth === layers)!;
  return result.isDiverged ? 'no number' : percent(lastErrors(result).train);
}

/** Where the plain curve turns up: the depth of its least error, and what it is at the deepest. */
function turnOf(
  when: string,
  depths: readonly number[],
  errorsAt: (layers: number) => readonly [plain: number, residual: number],
): string {
  const deepest = depths.at(-1)!;
  const [plain, residual] = errorsAt(deepest);
  const best = depths.toSorted((a, b) => errorsAt(a)[0] - errorsAt(b)[0])[0]!;
  const least = errorsAt(best)[0];
  const turned =
    plain - least > NOISE_POINTS
      ? `${when} the plain curve turns up behind ${best} layers: ${percent(least)} there, ${percent(plain)} at ${deepest}`
      : `${when} the plain curve does not turn up as far as ${deepest} layers (least ${percent(least)} at ${best}, ${percent(plain)} at ${deepest}); published is a turn between 20 and 56`;
  return `${turned}; the residual one has ${percent(residual)} at ${deepest}.`;
}
