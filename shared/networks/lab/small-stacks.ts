/** The small stacks of the ResNet paper's study on CIFAR-10, plain and residual, at any depth of 6n + 2 layers. */
import { activation, around, batchNorm, conv, dense, valid } from '../builder.ts';
import type { Network, NetworkNode, Stage } from '../network.ts';
import { labPreprocessing } from './parts.ts';

export type SmallStack = {
  readonly depth: number; // 6n + 2 layers with weights
  readonly isResidual: boolean;
  readonly hasNorms: boolean;
  readonly startsAsIdentity?: true; // residual with norms: the last gamma of each block begins as zero
};

const side = 24; // pixels; the paper: 32
const widths = [8, 16, 32] as const; // channels; the paper: 16, 32, 64
const moments = { epsilon: 1e-5, momentum: 0.1 } as const;

type Layer = { readonly input: string; readonly outChannels: number; readonly kernel: 1 | 3; readonly stride: number };

/** The last id is that of the output. */
function layer(id: string, { hasNorms }: SmallStack, plan: Layer): NetworkNode[] {
  const padding = plan.kernel === 1 ? valid : around(1);
  const convolution = conv(id, { ...plan, padding, bias: !hasNorms });
  return hasNorms ? [convolution, batchNorm(`${id}.bn`, id, moments)] : [convolution];
}

type Block = { readonly input: string; readonly width: number; readonly isNarrowing: boolean };

/** The shortcut is added before the ReLU; where the map is halved it is a 1x1 convolution (the paper's option B). */
function block(id: string, stack: SmallStack, { input, width, isNarrowing }: Block): NetworkNode[] {
  const stride = isNarrowing ? 2 : 1;
  const first = layer(`${id}.conv1`, stack, { input, outChannels: width, kernel: 3, stride });
  const middle = activation(`${id}.act1`, first.at(-1)!.id, 'relu');
  const second = layer(`${id}.conv2`, stack, { input: middle.id, outChannels: width, kernel: 3, stride: 1 });
  const linear = second.at(-1)!.id;
  if (!stack.isResidual) return [...first, middle, ...second, activation(`${id}.act`, linear, 'relu')];
  const shortcut = isNarrowing
    ? layer(`${id}.shortcut`, stack, { input, outChannels: width, kernel: 1, stride: 2 })
    : [];
  return [
    ...[...first, middle, ...second, ...shortcut],
    { kind: 'add', id: `${id}.add`, inputs: [linear, shortcut.at(-1)?.id ?? input] },
    activation(`${id}.act`, `${id}.add`, 'relu'),
  ];
}

/**
 * 3 x 24 x 24 -> 10 classes. He et al. 2015, arXiv:1512.03385, sec. 4.2, at half its width.
 *
 * Blocks that begin as the identity: Goyal et al. 2017, arXiv:1706.02677, sec. 5.1.
 */
export function smallStack(stack: SmallStack): Network {
  const nodes: NetworkNode[] = [
    ...layer('stem', stack, { input: 'input', outChannels: widths[0], kernel: 3, stride: 1 }),
    activation('stem.act', stack.hasNorms ? 'stem.bn' : 'stem', 'relu'),
  ];
  const stages: Stage[] = [{ id: 'stem', node: 'stem.act', title: 'Stem' }];
  for (const [group, width] of widths.entries())
    for (let index = 0; index < (stack.depth - 2) / 6; index += 1) {
      const id = `group${group + 1}.${index}`;
      nodes.push(...block(id, stack, { input: nodes.at(-1)!.id, width, isNarrowing: group > 0 && index === 0 }));
      stages.push({ id, node: nodes.at(-1)!.id, title: `Group ${group + 1}, block ${index + 1}` });
    }
  const lastNorms = nodes.flatMap(({ id }) => (id.endsWith('.conv2.bn') ? [`${id}.weight`] : []));
  return {
    id: smallStackId(stack),
    title: titleOf(stack),
    paper: 'He et al. 2015, Deep residual learning for image recognition, arXiv:1512.03385, sec. 4.2',
    inputShape: [3, side, side],
    nodes: [...nodes, { kind: 'globalAvgPool', id: 'pool', inputs: [nodes.at(-1)!.id] }, dense('fc', 'pool', 10)],
    stages: [
      { id: 'input', node: 'input', title: 'Image' },
      ...stages,
      { id: 'pooled', node: 'pool', title: 'Pooled features' },
    ],
    heads: [{ id: 'fc', node: 'fc', lossWeight: 1 }],
    preprocessing: labPreprocessing(side),
    ...(stack.startsAsIdentity && { startsAtZero: lastNorms }),
  };
}

function titleOf({ depth, isResidual, hasNorms, startsAsIdentity }: SmallStack): string {
  const start = startsAsIdentity ? ', blocks from the identity' : '';
  return `${isResidual ? 'Residual' : 'Plain'}-${depth}${hasNorms ? '' : ' without batch norm'}${start}`;
}

export function smallStackId({ depth, isResidual, hasNorms, startsAsIdentity }: SmallStack): string {
  return `lab_${isResidual ? 'residual' : 'plain'}${depth}${hasNorms ? '_bn' : ''}${startsAsIdentity ? '_zero' : ''}`;
}

export const smallDepths = [8, 14, 20, 26, 32, 38, 44, 50, 56] as const;

/** Every one of them. */
export const smallStacks: readonly SmallStack[] = smallDepths.flatMap((depth) => [
  ...[true, false].flatMap((isResidual) => [true, false].map((hasNorms) => ({ depth, isResidual, hasNorms }))),
  { depth, isResidual: true, hasNorms: true, startsAsIdentity: true },
]);
