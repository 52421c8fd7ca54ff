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

/** What torchvision's classifiers were trained on: short side 256, centre 224, mean and deviation of ImageNet. */
export const imageNetPreprocessing: Preprocessing = {
  resizeShortSide: 256,
  cropSize: 224,
  interpolation: 'bicubic',
  mean: [0.485, 0.456, 0.406],
  standardDeviation: [0.229, 0.224, 0.225],
};

export type ConvOptions = {
  readonly input: string;
  readonly outChannels: number;
  readonly kernel: number; // square
  readonly stride?: number; // 1
  readonly padding: Padding;
  readonly groups?: number; // 1
  readonly bias: boolean;
};

/** A square convolution; its tensors are `${id}.weight` and, with bias, `${id}.bias`. */
export function conv(id: string, options: ConvOptions): ConvNode {
  const { input, outChannels, kernel, stride = 1, padding, groups = 1, bias } = options;
  return {
    kind: 'conv',
    id,
    inputs: [input],
    outChannels,
    kernel: [kernel, kernel],
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

/** A square average pool without padding. */
export function avgPool(id: string, input: string, side: { kernel: number; stride: number }): AvgPoolNode {
  return {
    kind: 'avgPool',
    id,
    inputs: [input],
    kernel: [side.kernel, side.kernel],
    stride: [side.stride, side.stride],
    padding: valid,
    ceilMode: false,
    countIncludePad: true,
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
