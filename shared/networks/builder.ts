/** Short makers of nodes, so that a family's file reads like its paper. */
import type {
  ActivationFunction,
  ActivationNode,
  AvgPoolNode,
  BatchNormNode,
  ConvNode,
  DenseNode,
  MaxPoolNode,
  Padding,
  Preprocessing,
} from './network.ts';

/** No padding at all. */
export const valid: Padding = { kind: 'explicit', top: 0, left: 0, bottom: 0, right: 0 };

/** The same number of zeros on all four sides. */
export function around(pixels: number): Padding {
  return { kind: 'explicit', top: pixels, left: pixels, bottom: pixels, right: pixels };
}

/** As many zeros around as leave the extents of a map unchanged at stride 1; odd kernels. */
export function keeping(kernel: Side): Padding {
  const [height, width] = pair(kernel);
  const [rows, columns] = [(height - 1) / 2, (width - 1) / 2];
  return { kind: 'explicit', top: rows, left: columns, bottom: rows, right: columns };
}

/** What torchvision's classifiers were trained on: short side 256, centre 224, mean and deviation of ImageNet. */
export const imageNetPreprocessing: Preprocessing = {
  resizeShortSide: 256,
  cropSize: 224,
  interpolation: 'bicubic',
  mean: [0.485, 0.456, 0.406],
  standardDeviation: [0.229, 0.224, 0.225],
};

/** Values from -1 to 1: what weights were trained on that came from TensorFlow. */
export function minusOneToOne(resizeShortSide: number, cropSize: number): Preprocessing {
  return {
    ...{ resizeShortSide, cropSize, interpolation: 'bicubic' },
    ...{ mean: [0.5, 0.5, 0.5], standardDeviation: [0.5, 0.5, 0.5] },
  };
}

/** Values from 0 to 255 less the mean of each colour: what weights were trained on that came from Caffe. */
export const caffePreprocessing: Preprocessing = {
  ...{ resizeShortSide: 256, cropSize: 224, interpolation: 'bicubic' },
  mean: [123.68 / 255, 116.779 / 255, 103.939 / 255],
  standardDeviation: [1 / 255, 1 / 255, 1 / 255],
};

/** Where the weights of torchvision's rows come from, and under what terms. */
export const torchvisionWeights = { source: 'torchvision', licence: 'BSD-3-Clause' } as const;

/** The same of timm's. */
export const timmWeights = { source: 'timm', licence: 'Apache-2.0' } as const;

/** Those of Keras' own training. */
export const kerasWeights = { source: "Keras' applications", licence: 'Apache-2.0' } as const;

/** One number: both the same. */
export type Side = number | readonly [height: number, width: number];

const pair = (side: Side): readonly [number, number] => (typeof side === 'number' ? [side, side] : side);

export type ConvOptions = {
  readonly input: string;
  readonly outChannels: number;
  readonly kernel: Side;
  readonly stride?: number; // 1
  readonly padding: Padding;
  readonly groups?: number; // 1
  readonly bias: boolean;
};

/** A convolution; its tensors are `${id}.weight` and, with bias, `${id}.bias`. */
export function conv(id: string, options: ConvOptions): ConvNode {
  const { input, outChannels, kernel, stride = 1, padding, groups = 1, bias } = options;
  return {
    kind: 'conv',
    id,
    inputs: [input],
    outChannels,
    kernel: pair(kernel),
    stride: [stride, stride],
    padding,
    groups,
    dilation: [1, 1],
    weight: `${id}.weight`,
    bias: bias ? `${id}.bias` : null,
  };
}

/** A batch norm; its tensors are `${id}.weight`, `.bias`, `.running_mean` and `.running_var`. */
export function batchNorm(id: string, input: string, moments: { epsilon: number; momentum: number }): BatchNormNode {
  return {
    kind: 'batchNorm',
    id,
    inputs: [input],
    weight: `${id}.weight`,
    bias: `${id}.bias`,
    runningMean: `${id}.running_mean`,
    runningVariance: `${id}.running_var`,
    ...moments,
  };
}

/** An activation under its own id. */
export function activation(id: string, input: string, name: ActivationFunction): ActivationNode {
  return { kind: 'activation', id, inputs: [input], function: name };
}

type AvgPoolOptions = { kernel: number; stride: number; padding?: Padding; countIncludePad?: boolean };

/** A square average pool; without padding unless told otherwise, padding counted unless told otherwise. */
export function avgPool(id: string, input: string, options: AvgPoolOptions): AvgPoolNode {
  const { kernel, stride, padding = valid, countIncludePad = true } = options;
  return {
    kind: 'avgPool',
    id,
    inputs: [input],
    kernel: [kernel, kernel],
    stride: [stride, stride],
    padding,
    ceilMode: false,
    countIncludePad,
  };
}

type MaxPoolOptions = { kernel: number; stride: number; padding?: Padding; ceilMode?: boolean };

/** A square max pool; without padding and rounding down unless told otherwise. */
export function maxPool(id: string, input: string, options: MaxPoolOptions): MaxPoolNode {
  const { kernel, stride, padding = valid, ceilMode = false } = options;
  const window = { kernel: [kernel, kernel], stride: [stride, stride] } as const;
  return { kind: 'maxPool', id, inputs: [input], ...window, padding, ceilMode };
}

/** A dense layer with bias; its tensors are `${id}.weight` and `${id}.bias`. */
export function dense(id: string, input: string, outFeatures: number): DenseNode {
  return { kind: 'dense', id, inputs: [input], outFeatures, weight: `${id}.weight`, bias: `${id}.bias` };
}
