/** MobileNetV2: inverted residuals with linear bottlenecks. Names are torchvision's. */
import {
  activation,
  batchNorm,
  conv,
  dense,
  imageNetPreprocessing,
  keeping,
  kerasWeights,
  minusOneToOne,
  torchvisionWeights,
} from './builder.ts';
import type { Network, NetworkNode, Padding, Stage } from './network.ts';

/** What the libraries do otherwise. */
type Flavour = {
  readonly moments: { readonly epsilon: number; readonly momentum: number };
  readonly padding: (kernel: 1 | 3) => Padding;
};
const torchvision: Flavour = { moments: { epsilon: 1e-5, momentum: 0.1 }, padding: keeping };
const keras: Flavour = { moments: { epsilon: 1e-3, momentum: 0.001 }, padding: () => ({ kind: 'same' }) };

const mobilenetRecipe =
  'RMSProp with momentum 0.9, rate 0.045 times 0.98 an epoch, weight decay 0.00004, batches of 96 on 16 devices (sec. 6.1)';

/** Table 2 of the paper: expansion, output channels, blocks, stride of the first. */
const rows = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

type ConvNormPlan = {
  readonly input: string;
  readonly outChannels: number;
  readonly kernel: 1 | 3;
  readonly stride?: number;
  readonly groups?: number;
  readonly flavour: Flavour;
};

/** Convolution and batch norm under the ids of torchvision. */
function convNorm(convId: string, normId: string, plan: ConvNormPlan): NetworkNode[] {
  const { moments, padding } = plan.flavour;
  return [conv(convId, { ...plan, padding: padding(plan.kernel), bias: false }), batchNorm(normId, convId, moments)];
}

/** The same with a ReLU6: `${id}.0`, `${id}.1` and `${id}.2`. */
function convNormRelu(id: string, plan: ConvNormPlan): NetworkNode[] {
  return [...convNorm(`${id}.0`, `${id}.1`, plan), activation(`${id}.2`, `${id}.1`, 'relu6')];
}

type BlockPlan = {
  readonly input: string;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly expansion: number;
  readonly stride: number;
  readonly flavour: Flavour;
};

/** 1x1 to more channels, depthwise 3x3, 1x1 to fewer without an activation; added to its input where the shapes allow it. */
function block(id: string, plan: BlockPlan): NetworkNode[] {
  const { input, inChannels, outChannels, expansion, stride, flavour } = plan;
  const wide = inChannels * expansion;
  const depthwise = expansion === 1 ? 0 : 1; // its place in the sequence
  const expanded =
    depthwise === 0 ? [] : convNormRelu(`${id}.conv.0`, { input, outChannels: wide, kernel: 1, flavour });
  const source = depthwise === 0 ? input : `${id}.conv.0.2`;
  const [projection, norm] = [`${id}.conv.${depthwise + 1}`, `${id}.conv.${depthwise + 2}`];
  const nodes = [
    ...expanded,
    ...convNormRelu(`${id}.conv.${depthwise}`, {
      ...{ input: source, outChannels: wide, kernel: 3, stride, groups: wide, flavour },
    }),
    ...convNorm(projection, norm, { input: `${id}.conv.${depthwise}.2`, outChannels, kernel: 1, flavour }),
  ];
  const isResidual = stride === 1 && inChannels === outChannels;
  return isResidual ? [...nodes, { kind: 'add', id: `${id}.add`, inputs: [norm, input] }] : nodes;
}

function body(flavour: Flavour): { readonly nodes: NetworkNode[]; readonly stages: Stage[] } {
  const nodes: NetworkNode[] = [];
  const stages: Stage[] = [];
  let [input, inChannels, index] = ['features.0.2', 32, 1];
  for (const [expansion, outChannels, repeats, stride] of rows) {
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const id = `features.${index}`;
      const plan = { input, inChannels, outChannels, expansion, stride: repeat === 0 ? stride : 1, flavour };
      nodes.push(...block(id, plan));
      [input, inChannels, index] = [nodes.at(-1)!.id, outChannels, index + 1];
      stages.push({ id, node: input, title: `Block ${index - 1}` });
    }
  }
  return { nodes, stages };
}

function ofFlavour(flavour: Flavour): Network {
  const { nodes, stages } = body(flavour);
  const last = nodes.at(-1)!.id;
  return {
    id: 'mobilenet_v2',
    title: 'MobileNetV2',
    paper: 'Sandler et al. 2018, MobileNetV2: inverted residuals and linear bottlenecks, arXiv:1801.04381',
    published: {
      recipe: `${mobilenetRecipe}; torchvision: momentum 0.9, 300 epochs`,
      accuracy: { top1: 71.878, top5: 90.286, source: 'torchvision, IMAGENET1K_V1' },
      weights: torchvisionWeights,
    },
    inputShape: [3, 224, 224],
    nodes: [
      ...convNormRelu('features.0', { input: 'input', outChannels: 32, kernel: 3, stride: 2, flavour }),
      ...nodes,
      ...convNormRelu('features.18', { input: last, outChannels: 1280, kernel: 1, flavour }),
      { kind: 'globalAvgPool', id: 'pooled', inputs: ['features.18.2'] },
      { kind: 'dropout', id: 'classifier.0', inputs: ['pooled'], rate: 0.2 },
      dense('classifier.1', 'classifier.0', 1000),
    ],
    stages: [
      { id: 'input', node: 'input', title: 'Image' },
      { id: 'features.0', node: 'features.0.2', title: 'Stem' },
      ...stages,
      { id: 'features.18', node: 'features.18.2', title: 'Head convolution' },
      { id: 'pooled', node: 'pooled', title: 'Pooled features' },
    ],
    heads: [{ id: 'classifier', node: 'classifier.1', lossWeight: 1 }],
    preprocessing: imageNetPreprocessing,
  };
}

/** 3 x 224 x 224 -> 1000 classes, 3.50 million parameters, 301 million multiplications. */
export const mobilenetV2 = (): Network => ofFlavour(torchvision);

/** As Keras has it: TensorFlow's padding, other moments, values from -1 to 1. */
export const kerasMobilenetV2 = (): Network => ({
  ...ofFlavour(keras),
  ...{ id: 'keras_mobilenet_v2', title: 'MobileNetV2 (Keras)', preprocessing: minusOneToOne(256, 224) },
  published: {
    ...{ recipe: mobilenetRecipe, weights: kerasWeights },
    accuracy: { top1: 71.3, top5: 90.1, source: "Keras' table of applications" },
  },
});
