/** ResNet, and the plain stacks it was compared with. Names are torchvision's; the output of every block is a stage. */
import {
  activation,
  around,
  batchNorm,
  conv,
  dense,
  imageNetPreprocessing,
  maxPool,
  torchvisionWeights,
  valid,
} from './builder.ts';
import type { Accuracy, Network, NetworkNode, Published, Stage } from './network.ts';

const torchvisionConvNorm: ConvNormStyle = { moments: { epsilon: 1e-5, momentum: 0.1 }, bias: false };
const stemChannels = 64;

type BlockKind = 'basic' | 'bottleneck' | 'plain'; // plain: basic without its shortcut

export type StackPlan = {
  readonly id: string;
  readonly title: string;
  readonly block: BlockKind;
  readonly repeats: readonly [number, number, number, number]; // blocks of each layer
  readonly accuracy: Accuracy;
  readonly weights: Published['weights'];
  readonly style?: ConvNormStyle; // torchvision's unless told
  readonly stridesFirst?: boolean; // a bottleneck strides in its first 1x1, as in the paper; else in its 3x3 (torchvision)
};

/** What convolutions and norms are like; convolutions before a norm need no bias, and some libraries have one. */
export type ConvNormStyle = {
  readonly moments: { readonly epsilon: number; readonly momentum: number };
  readonly bias: boolean;
};

const versionOne = (top1: number, top5: number) => ({
  accuracy: { top1, top5, source: 'torchvision, IMAGENET1K_V1' },
  weights: torchvisionWeights,
});

type ConvNormPlan = {
  readonly input: string;
  readonly outChannels: number;
  readonly kernel: 1 | 3 | 7;
  readonly stride?: number;
};

function convNorm(ids: readonly [conv: string, norm: string], plan: ConvNormPlan, style: ConvNormStyle): NetworkNode[] {
  const padding = plan.kernel === 1 ? valid : around((plan.kernel - 1) / 2);
  const [convId, normId] = ids;
  return [conv(convId, { ...plan, padding, bias: style.bias }), batchNorm(normId, convId, style.moments)];
}

type BlockPlan = {
  readonly kind: BlockKind;
  readonly input: string;
  readonly inChannels: number;
  readonly width: number; // channels inside the block
  readonly stride: number;
  readonly style: ConvNormStyle;
  readonly stridesFirst: boolean;
};

/** What a block of that kind answers with, in widths. */
const expansion = (kind: BlockKind): number => (kind === 'bottleneck' ? 4 : 1);

/** The convolutions of a block, the last one without its activation. */
function linearPart(id: string, { kind, input, width, stride, style, stridesFirst }: BlockPlan): NetworkNode[] {
  const [first, second] = stridesFirst ? [stride, 1] : [1, stride];
  const layers: readonly Omit<ConvNormPlan, 'input'>[] =
    kind === 'bottleneck'
      ? [
          { outChannels: width, kernel: 1, stride: first },
          { outChannels: width, kernel: 3, stride: second },
          { outChannels: 4 * width, kernel: 1 },
        ]
      : [
          { outChannels: width, kernel: 3, stride },
          { outChannels: width, kernel: 3 },
        ];
  return layers.flatMap((layer, index) => {
    const number = index + 1;
    const norm = `${id}.bn${number}`;
    const source = index === 0 ? input : `${id}.bn${index}.act`;
    const nodes = convNorm([`${id}.conv${number}`, norm], { ...layer, input: source }, style);
    return number < layers.length ? [...nodes, activation(`${norm}.act`, norm, 'relu')] : nodes;
  });
}

/** The shortcut is added after the linear part and before the ReLU; it is a 1x1 convolution where the shapes differ. */
function block(id: string, plan: BlockPlan): NetworkNode[] {
  const { kind, input, inChannels, width, stride, style } = plan;
  const nodes = linearPart(id, plan);
  const last = nodes.at(-1)!.id;
  if (kind === 'plain') return [...nodes, activation(`${id}.act`, last, 'relu')];
  const outChannels = width * expansion(kind);
  const fits = stride === 1 && inChannels === outChannels;
  const shortcut = { input, outChannels, kernel: 1, stride } as const;
  return [
    ...nodes,
    ...(fits ? [] : convNorm([`${id}.downsample.0`, `${id}.downsample.1`], shortcut, style)),
    { kind: 'add', id: `${id}.add`, inputs: [last, fits ? input : `${id}.downsample.1`] },
    activation(`${id}.act`, `${id}.add`, 'relu'),
  ];
}

function body({ block: kind, repeats, style = torchvisionConvNorm, stridesFirst = false }: StackPlan): {
  readonly nodes: NetworkNode[];
  readonly stages: Stage[];
} {
  const nodes: NetworkNode[] = [];
  const stages: Stage[] = [];
  let input = 'maxpool';
  let inChannels = stemChannels;
  for (const [layer, count] of repeats.entries()) {
    const width = 64 * 2 ** layer;
    for (let index = 0; index < count; index += 1) {
      const id = `layer${layer + 1}.${index}`;
      const stride = layer > 0 && index === 0 ? 2 : 1;
      nodes.push(...block(id, { kind, input, inChannels, width, stride, style, stridesFirst }));
      input = nodes.at(-1)!.id;
      inChannels = width * expansion(kind);
      stages.push({ id, node: input, title: `Layer ${layer + 1}, block ${index + 1}` });
    }
  }
  return { nodes, stages };
}

/** 3 x 224 x 224 -> 1000 classes, from one row of a table. */
export function stackedNetwork(plan: StackPlan): Network {
  const { nodes, stages } = body(plan);
  const { style = torchvisionConvNorm } = plan;
  return {
    id: plan.id,
    title: plan.title,
    paper: 'He et al. 2015, Deep residual learning for image recognition, arXiv:1512.03385',
    published: {
      recipe:
        'Momentum 0.9, rate 0.1 divided by 10 when the error stops falling, weight decay 0.0001, batches of 256, ' +
        '600,000 batches, no dropout (sec. 3.4); torchvision: 90 epochs, divided every 30',
      ...{ accuracy: plan.accuracy, weights: plan.weights },
    },
    inputShape: [3, 224, 224],
    nodes: [
      ...convNorm(['conv1', 'bn1'], { input: 'input', outChannels: stemChannels, kernel: 7, stride: 2 }, style),
      activation('bn1.act', 'bn1', 'relu'),
      maxPool('maxpool', 'bn1.act', { kernel: 3, stride: 2, padding: around(1) }),
      ...nodes,
      { kind: 'globalAvgPool', id: 'avgpool', inputs: [nodes.at(-1)!.id] },
      dense('fc', 'avgpool', 1000),
    ],
    stages: [
      { id: 'input', node: 'input', title: 'Image' },
      { id: 'stem', node: 'maxpool', title: 'Stem' },
      ...stages,
      { id: 'pooled', node: 'avgpool', title: 'Pooled features' },
    ],
    heads: [{ id: 'fc', node: 'fc', lossWeight: 1 }],
    preprocessing: imageNetPreprocessing,
  };
}

/** 11.7 million parameters, 1.81 billion multiplications. */
export const resnet18 = (): Network =>
  stackedNetwork({
    ...{ id: 'resnet18', title: 'ResNet-18', block: 'basic', repeats: [2, 2, 2, 2] },
    ...versionOne(69.758, 89.078),
  });

/** 21.8 million parameters, 3.66 billion multiplications. */
export const resnet34 = (): Network =>
  stackedNetwork({
    ...{ id: 'resnet34', title: 'ResNet-34', block: 'basic', repeats: [3, 4, 6, 3] },
    ...versionOne(73.314, 91.42),
  });

/** 25.6 million parameters, 4.09 billion multiplications. */
export const resnet50 = (): Network =>
  stackedNetwork({
    ...{ id: 'resnet50', title: 'ResNet-50', block: 'bottleneck', repeats: [3, 4, 6, 3] },
    ...versionOne(76.13, 92.862),
  });

/** 44.5 million parameters, 7.80 billion multiplications. */
export const resnet101 = (): Network =>
  stackedNetwork({
    ...{ id: 'resnet101', title: 'ResNet-101', block: 'bottleneck', repeats: [3, 4, 23, 3] },
    ...versionOne(77.374, 93.546),
  });

/** 60.2 million parameters, 11.5 billion multiplications. */
export const resnet152 = (): Network =>
  stackedNetwork({
    ...{ id: 'resnet152', title: 'ResNet-152', block: 'bottleneck', repeats: [3, 8, 36, 3] },
    ...versionOne(78.312, 94.046),
  });
