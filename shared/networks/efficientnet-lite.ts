/** EfficientNet-Lite: EfficientNet without squeeze-and-excitation, ReLU6 for swish. Names are timm's. */
import { activation, batchNorm, conv, dense } from './builder.ts';
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
const stemChannels = 32;
const headChannels = 1280;

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

function body(input: string): { readonly nodes: NetworkNode[]; readonly stages: Stage[] } {
  const nodes: NetworkNode[] = [];
  const stages: Stage[] = [];
  let last = input;
  let inChannels = stemChannels;
  for (const [index, { repeats, outChannels, stride, ...rest }] of plan.entries()) {
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
export function efficientNetLite0(): Network {
  const stem = { conv: 'conv_stem', norm: 'bn1', input: 'input', outChannels: stemChannels, kernel: 3, stride: 2 };
  const { nodes, stages } = body('bn1.act');
  const head = { conv: 'conv_head', norm: 'bn2', input: nodes.at(-1)!.id, outChannels: headChannels, kernel: 1 };
  return {
    id: 'tf_efficientnet_lite0',
    title: 'EfficientNet-Lite0',
    paper: 'Tan and Le 2019, EfficientNet, arXiv:1905.11946; Lite variant of the TensorFlow TPU models, 2020',
    inputShape: [3, 224, 224],
    nodes: [
      ...convNorm({ ...stem, relu: true }),
      ...nodes,
      ...convNorm({ ...head, relu: true }),
      { kind: 'globalAvgPool', id: 'global_pool', inputs: ['bn2.act'] },
      { kind: 'dropout', id: 'dropout', inputs: ['global_pool'], rate: 0.2 },
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
    preprocessing: {
      resizeShortSide: 256,
      cropSize: 224,
      interpolation: 'bicubic',
      mean: [0.5, 0.5, 0.5],
      standardDeviation: [0.5, 0.5, 0.5],
    },
  };
}
