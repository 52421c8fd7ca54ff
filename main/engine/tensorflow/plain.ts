/** The operations on plain tfjs kernels: for tfjs on the CPU and on WebGPU, and what by-name.ts does not replace. */
import type * as Tf from '@tensorflow/tfjs';
import type { ActivationFunction } from '../../../shared/networks/network.ts';
import { composedLocalResponseNorm } from './local-response-norm.ts';
import type {
  ConvGeometry,
  DeviceFacts,
  LrnGeometry,
  NormGradients,
  NormMoments,
  NormParameters,
  Pads,
  PoolGeometry,
  Tensor,
  TensorOps,
  TrainedNorm,
} from './ops.ts';

/** The tfjs library as loaded at run time; passed in, so that nothing here imports it. */
export type TfLibrary = typeof Tf;
type Attributes = Record<string, unknown>;

const inside = (x: Tensor): Tf.Tensor => x as Tf.Tensor;
const hasPads = (pads: Pads): boolean => pads.some((pad) => pad > 0);

export function createPlainOps(tf: TfLibrary, facts: DeviceFacts): TensorOps {
  const composed = facts.backend === 'webgpu' ? composedLocalResponseNorm(tf) : {}; // WebGPU has no kernel for it
  return {
    facts,
    ...handles(tf),
    ...shaping(tf),
    ...arithmetic(tf),
    ...convolution(tf),
    ...norms(tf),
    ...pools(tf),
    ...composed,
  };
}

/** One kernel with one output, outside of any tape. */
function kernel(tf: TfLibrary, name: string, inputs: Record<string, Tensor>, attributes: Attributes): Tf.Tensor {
  return tf.engine().runKernel(name, inputs as Tf.NamedTensorMap, attributes as Tf.NamedAttrMap) as Tf.Tensor;
}

function handles(tf: TfLibrary) {
  return {
    fromArray: (values: Float32Array, shape: readonly number[]): Tensor => tf.tensor(values, [...shape], 'float32'),
    read: async (x: Tensor) => (await inside(x).data()) as Float32Array,
    dispose: (...tensors: readonly Tensor[]) => {
      for (const tensor of tensors) inside(tensor).dispose();
    },
    tensorCount: () => tf.memory().numTensors,
    share: (x: Tensor): Tensor => inside(x).clone(),
  };
}

export function shaping(tf: TfLibrary) {
  const around = (pads: Pads): [number, number][] => [
    [0, 0],
    [pads[0], pads[1]],
    [pads[2], pads[3]],
    [0, 0],
  ];
  return {
    reshape: (x: Tensor, shape: readonly number[]): Tensor => inside(x).reshape([...shape]),
    transpose: (x: Tensor, order: readonly number[]): Tensor => inside(x).transpose([...order]),
    pad: (x: Tensor, pads: Pads, value: number): Tensor => tf.pad(inside(x), around(pads), value),
    unpad: (x: Tensor, pads: Pads): Tensor => {
      const [batch, height, width, channels] = x.shape as [number, number, number, number];
      const extents = [batch, height - pads[0] - pads[1], width - pads[2] - pads[3], channels];
      return tf.slice(inside(x), [0, pads[0], pads[2], 0], extents);
    },
    concat: (parts: readonly Tensor[]): Tensor => tf.concat(parts.map(inside), -1),
    slice: (x: Tensor, begin: readonly number[], extents: readonly number[]): Tensor =>
      tf.slice(inside(x), [...begin], [...extents]),
  };
}

function arithmetic(tf: TfLibrary) {
  return {
    add: (a: Tensor, b: Tensor): Tensor => tf.add(inside(a), inside(b)),
    subtract: (a: Tensor, b: Tensor): Tensor => tf.sub(inside(a), inside(b)),
    multiply: (a: Tensor, b: Tensor): Tensor => tf.mul(inside(a), inside(b)),
    divide: (a: Tensor, b: Tensor): Tensor => tf.div(inside(a), inside(b)),
    squareRoot: (x: Tensor): Tensor => tf.sqrt(inside(x)),
    sum: (x: Tensor, axes: readonly number[]): Tensor => tf.sum(inside(x), [...axes]),
    mean: (x: Tensor, axes: readonly number[]): Tensor => tf.mean(inside(x), [...axes]),
    matMul: (a: Tensor, b: Tensor, transposed: { readonly a: boolean; readonly b: boolean }): Tensor =>
      tf.matMul(inside(a), inside(b), transposed.a, transposed.b),
    softmaxCrossEntropy: (logits: Tensor, targets: Tensor) =>
      tf.tidy(() => {
        const logProbabilities = tf.logSoftmax(inside(logits));
        const losses = tf.neg(tf.sum(tf.mul(logProbabilities, inside(targets)), -1));
        return { losses, gradient: tf.sub(tf.exp(logProbabilities), inside(targets)) };
      }),
  };
}

function convolution(tf: TfLibrary) {
  const names = (depthwise: boolean) =>
    depthwise
      ? ['DepthwiseConv2dNative', 'DepthwiseConv2dNativeBackpropInput', 'DepthwiseConv2dNativeBackpropFilter']
      : ['Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter'];
  const attributes = ({ stride }: ConvGeometry): Attributes => ({
    strides: [...stride],
    pad: 'valid',
    dataFormat: 'NHWC',
    dilations: [1, 1],
    dimRoundingMode: null,
  });
  const padded = (x: Tensor, pads: Pads): Tensor => (hasPads(pads) ? shaping(tf).pad(x, pads, 0) : inside(x).clone());
  return {
    conv: (x: Tensor, weight: Tensor, at: ConvGeometry): Tensor =>
      tf.tidy(() => kernel(tf, names(at.depthwise)[0]!, { x: padded(x, at.pads), filter: weight }, attributes(at))),
    convInputGradient: (dy: Tensor, weight: Tensor, at: ConvGeometry & { inputShape: readonly number[] }): Tensor =>
      tf.tidy(() => {
        const [batch, height, width, channels] = at.inputShape as [number, number, number, number];
        const [top, bottom, left, right] = at.pads;
        const inputShape = [batch, height + top + bottom, width + left + right, channels];
        const dx = kernel(tf, names(at.depthwise)[1]!, { dy, filter: weight }, { ...attributes(at), inputShape });
        return inside(hasPads(at.pads) ? shaping(tf).unpad(dx, at.pads) : dx);
      }),
    convWeightGradient: (x: Tensor, dy: Tensor, at: ConvGeometry & { weightShape: readonly number[] }): Tensor =>
      tf.tidy(() => {
        const inputs = { x: padded(x, at.pads), dy };
        return kernel(tf, names(at.depthwise)[2]!, inputs, { ...attributes(at), filterShape: [...at.weightShape] });
      }),
  };
}

function norms(tf: TfLibrary) {
  const axes = [0, 1, 2];
  return {
    batchNormInference: (x: Tensor, { weight, bias }: NormParameters, at: NormMoments): Tensor =>
      tf.tidy(() => {
        const scale = tf.mul(inside(weight), tf.rsqrt(tf.add(inside(at.variance), at.epsilon)));
        return tf.add(tf.mul(inside(x), scale), tf.sub(inside(bias), tf.mul(inside(at.mean), scale)));
      }),
    batchNormTraining: (x: Tensor, { weight, bias }: NormParameters, at: NormMoments): TrainedNorm =>
      tf.tidy(() => {
        const { mean, variance } = tf.moments(inside(x), axes);
        const inverse = tf.rsqrt(tf.add(variance, at.epsilon));
        const output = tf.add(tf.mul(tf.mul(tf.sub(inside(x), mean), inverse), inside(weight)), inside(bias));
        const [batch, height, width] = x.shape as [number, number, number];
        const count = batch * height * width;
        const unbiased = tf.mul(variance, count / Math.max(count - 1, 1));
        const blend = (old: Tensor, fresh: Tf.Tensor) =>
          tf.add(tf.mul(inside(old), 1 - at.momentum), tf.mul(fresh, at.momentum));
        const running = { mean: blend(at.mean, mean), variance: blend(at.variance, unbiased) };
        return { output, ...running, saved: [mean, inverse] };
      }),
    batchNormGradient: (dy: Tensor, x: Tensor, at: { weight: Tensor; trained: TrainedNorm }): NormGradients =>
      tf.tidy(() => {
        const [mean, inverse] = at.trained.saved.map(inside) as [Tf.Tensor, Tf.Tensor];
        const normalised = tf.mul(tf.sub(inside(x), mean), inverse);
        const bias = tf.sum(inside(dy), axes);
        const weight = tf.sum(tf.mul(inside(dy), normalised), axes);
        const count = (x.shape as [number, number, number]).slice(0, 3).reduce((a, b) => a * b, 1);
        const centred = tf.sub(inside(dy), tf.div(tf.add(bias, tf.mul(normalised, weight)), count));
        return { input: tf.mul(centred, tf.mul(inverse, inside(at.weight))), weight, bias };
      }),
    localResponseNorm: (x: Tensor, { radius, bias, alpha, beta }: LrnGeometry): Tensor =>
      kernel(tf, 'LRN', { x }, { depthRadius: radius, bias, alpha, beta }),
    localResponseNormGradient: (dy: Tensor, at: { x: Tensor; y: Tensor; geometry: LrnGeometry }): Tensor => {
      const { radius, bias, alpha, beta } = at.geometry;
      return kernel(tf, 'LRNGrad', { x: at.x, y: at.y, dy }, { depthRadius: radius, bias, alpha, beta });
    },
  };
}

function pools(tf: TfLibrary) {
  const attributes = ({ kernel: filterSize, stride, isSame }: PoolGeometry): Attributes => ({
    filterSize: [...filterSize],
    strides: [...stride],
    pad: isSame ? 'same' : 'valid',
    dimRoundingMode: null,
  });
  return {
    activation: (x: Tensor, name: ActivationFunction): Tensor => tf[name](inside(x)),
    activationGradient: (dy: Tensor, y: Tensor, name: ActivationFunction): Tensor =>
      tf.tidy(() => tf.mul(inside(dy), slope(tf, inside(y), name))),
    maxPool: (x: Tensor, at: PoolGeometry): Tensor => kernel(tf, 'MaxPool', { x }, attributes(at)),
    maxPoolGradient: (dy: Tensor, at: { x: Tensor; y: Tensor; geometry: PoolGeometry }): Tensor =>
      kernel(tf, 'MaxPoolGrad', { dy, input: at.x, output: at.y }, attributes(at.geometry)),
    avgPool: (x: Tensor, at: PoolGeometry): Tensor => kernel(tf, 'AvgPool', { x }, attributes(at)),
    avgPoolGradient: (dy: Tensor, at: { inputShape: readonly number[]; geometry: PoolGeometry }): Tensor =>
      tf.tidy(() => {
        const input = tf.zeros([...at.inputShape]); // the kernel reads only its shape
        return kernel(tf, 'AvgPoolGrad', { dy, input }, attributes(at.geometry));
      }),
  };
}

/** The derivative of an activation from its output `y`. */
function slope(tf: TfLibrary, y: Tf.Tensor, name: ActivationFunction): Tf.Tensor {
  switch (name) {
    case 'relu':
      return tf.step(y);
    case 'relu6':
      return tf.mul(tf.step(y), tf.step(tf.sub(6, y)));
    case 'tanh':
      return tf.sub(1, tf.square(y));
    case 'sigmoid':
      return tf.mul(y, tf.sub(1, y));
  }
}
