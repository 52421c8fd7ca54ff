/** EfficientNet-Lite: EfficientNet without squeeze-and-excitation, ReLU6 for swish. Names are timm's. */
import { activation, batchNorm, conv, dense, minusOneToOne, timmWeights } from './builder.ts';
import type { Network, NetworkNode, Stage } from './network.ts';

const moments = { epsilon: 1e-3, momentum: 0.1 } as const; // TensorFlow's epsilon, timm's momentum
const same = { kind: 'same' } as const;

type StagePlan = {
  readonly expansion: number; // of the input channels; 1: no expanding convolution
  readonly kernel: 3 | 5;
  readonly stride: 1 | 2; // of the first block
  readonly outChannels: number;
  readonly repeats: number;
};

const plan: readonly StagePlan[] = [
  { expansion: 1, kernel: 3, stride: 1, outChannels: 16, repeats: 1 },
  { expansion: 6, kernel: 3, stride: 2, outChannels: 24, repeats: 2 },
  { expansion: 6, kernel: 5, stride: 2, outChannels: 40, repeats: 2 },
  { expansion: 6, kernel: 3, stride: 2, outChannels: 80, repeats: 3 },
  { expansion: 6, kernel: 5, stride: 1, outChannels: 112, repeats: 3 },
  { expansion: 6, kernel: 5, stride: 2, outChannels: 192, repeats: 4 },
  { expansion: 6, kernel: 3, stride: 1, outChannels: 320, repeats: 1 },
];
const stemChannels = 32; // stem and head stay as they are in the larger ones
const headChannels = 1280;

type LitePlan = {
  readonly version: 0 | 1 | 2;
  readonly width: number; // times the channels of each stage
  readonly depth: number; // times its blocks, but for the first and the last one
  readonly cropSize: number;
  readonly resizeShortSide: number;
  readonly dropout: number;
  readonly top1: number;
};

/** To a multiple of 8, never more than a tenth below. */
function scaleChannels(channels: number, width: number): number {
  const nearest = Math.max(8, Math.floor((channels * width + 4) / 8) * 8);
  return nearest < 0.9 * channels * width ? nearest + 8 : nearest;
}

function scaledStages({ width, depth }: LitePlan): StagePlan[] {
  return plan.map((stage, index) => {
    const isInner = index > 0 && index < plan.length - 1;
    const repeats = isInner ? Math.ceil(stage.repeats * depth) : stage.repeats;
    return { ...stage, repeats, outChannels: scaleChannels(stage.outChannels, width) };
  });
}

type ConvNormPlan = {
  readonly conv: string;
  readonly norm: string;
  readonly input: string;
  readonly outChannels: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly groups?: number;
  readonly relu: boolean;
};

/** Convolution, batch norm, and with `relu` a ReLU6 under `${norm}.act`. */
function convNorm({ conv: convId, norm, relu, ...shape }: ConvNormPlan): NetworkNode[] {
  const nodes = [conv(convId, { ...shape, padding: same, bias: false }), batchNorm(norm, convId, moments)];
  return relu ? [...nodes, activation(`${norm}.act`, norm, 'relu6')] : nodes;
}

type BlockPlan = {
  readonly input: string;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly expansion: number;
  readonly kernel: number;
  readonly stride: number;
};

/** Inverted residual (Sandler et al. 2018, arXiv:1801.04381), added to its input where the shapes allow it. */
function block(id: string, options: BlockPlan): NetworkNode[] {
  const { input, inChannels, outChannels, expansion, kernel, stride } = options;
  const wide = inChannels * expansion;
  const expands = expansion !== 1;
  const [wideNorm, outNorm] = expands ? [`${id}.bn2`, `${id}.bn3`] : [`${id}.bn1`, `${id}.bn2`];
  const expand = { conv: `${id}.conv_pw`, norm: `${id}.bn1`, input, outChannels: wide, kernel: 1, relu: true };
  const depthwise = {
    conv: `${id}.conv_dw`,
    norm: wideNorm,
    input: expands ? `${id}.bn1.act` : input,
    outChannels: wide,
    kernel,
    stride,
    groups: wide,
    relu: true,
  };
  const project = {
    conv: expands ? `${id}.conv_pwl` : `${id}.conv_pw`,
    norm: outNorm,
    input: `${wideNorm}.act`,
    outChannels,
    kernel: 1,
    relu: false,
  };
  const nodes = [...(expands ? convNorm(expand) : []), ...convNorm(depthwise), ...convNorm(project)];
  const residual = stride === 1 && inChannels === outChannels;
  return residual ? [...nodes, { kind: 'add', id: `${id}.add`, inputs: [outNorm, input] }] : nodes;
}

function body(
  input: string,
  stagePlans: readonly StagePlan[],
): { readonly nodes: NetworkNode[]; readonly stages: Stage[] } {
  const nodes: NetworkNode[] = [];
  const stages: Stage[] = [];
  let last = input;
  let inChannels = stemChannels;
  for (const [index, { repeats, outChannels, stride, ...rest }] of stagePlans.entries()) {
    for (let repeat = 0; repeat < repeats; repeat++) {
      const shape = { inChannels, outChannels, stride: repeat === 0 ? stride : 1, ...rest };
      nodes.push(...block(`blocks.${index}.${repeat}`, { input: last, ...shape }));
      last = nodes.at(-1)!.id;
      inChannels = outChannels;
    }
    stages.push({ id: `blocks.${index}`, node: last, title: `Blocks ${index + 1}` });
  }
  return { nodes, stages };
}

/** EfficientNet-Lite0, 3 x 224 x 224 -> 1000 classes, 4.65 million parameters, 385 million multiplications. */
export const efficientNetLite0 = (): Network =>
  efficientNetLite({
    ...{ version: 0, width: 1, depth: 1, cropSize: 224, resizeShortSide: 256, dropout: 0.2, top1: 75.1 },
  });

/** 3 x 240 x 240 -> 1000 classes, 5.42 million parameters, 600 million multiplications. */
export const efficientNetLite1 = (): Network =>
  efficientNetLite({
    ...{ version: 1, width: 1, depth: 1.1, cropSize: 240, resizeShortSide: 272, dropout: 0.2, top1: 76.7 },
  });

/** 3 x 260 x 260 -> 1000 classes, 6.09 million parameters, 860 million multiplications. */
export const efficientNetLite2 = (): Network =>
  efficientNetLite({
    ...{ version: 2, width: 1.1, depth: 1.2, cropSize: 260, resizeShortSide: 292, dropout: 0.3, top1: 77.6 },
  });

function efficientNetLite(lite: LitePlan): Network {
  const stem = { conv: 'conv_stem', norm: 'bn1', input: 'input', outChannels: stemChannels, kernel: 3, stride: 2 };
  const { nodes, stages } = body('bn1.act', scaledStages(lite));
  const head = { conv: 'conv_head', norm: 'bn2', input: nodes.at(-1)!.id, outChannels: headChannels, kernel: 1 };
  return {
    id: `tf_efficientnet_lite${lite.version}`,
    title: `EfficientNet-Lite${lite.version}`,
    paper: 'Tan and Le 2019, EfficientNet, arXiv:1905.11946; Lite variant of the TensorFlow TPU models, 2020',
    published: {
      recipe:
        'RMSProp with decay 0.9 and momentum 0.9, rate 0.256 times 0.97 every 2.4 epochs, weight decay 0.00001, ' +
        'batch norm momentum 0.99, AutoAugment, stochastic depth (EfficientNet, sec. 5.2)',
      accuracy: { top1: lite.top1, top5: null, source: "EfficientNet-Lite's README, float32" },
      weights: timmWeights,
    },
    inputShape: [3, lite.cropSize, lite.cropSize],
    nodes: [
      ...convNorm({ ...stem, relu: true }),
      ...nodes,
      ...convNorm({ ...head, relu: true }),
      { kind: 'globalAvgPool', id: 'global_pool', inputs: ['bn2.act'] },
      { kind: 'dropout', id: 'dropout', inputs: ['global_pool'], rate: lite.dropout },
      dense('classifier', 'dropout', 1000),
    ],
    stages: [
      { id: 'input', node: 'input', title: 'Image' },
      { id: 'stem', node: 'bn1.act', title: 'Stem' },
      ...stages,
      { id: 'head', node: 'bn2.act', title: 'Head convolution' },
      { id: 'pooled', node: 'global_pool', title: 'Pooled features' },
    ],
    heads: [{ id: 'classifier', node: 'classifier', lossWeight: 1 }],
    preprocessing: minusOneToOne(lite.resizeShortSide, lite.cropSize),
  };
}
