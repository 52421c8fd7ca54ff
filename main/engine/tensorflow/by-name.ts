/** The operations as TensorFlow ops by name: fused forms and gradients that plain tfjs lacks. */
import type * as Tf from '@tensorflow/tfjs';
import type { ActivationFunction } from '../../../shared/networks/network.ts';
import type { ConvGeometry, DeviceFacts, NormGradients, PoolGeometry, Tensor, TensorOps } from './ops.ts';
import { type ChosenPadding, choosePadding, isWideDepthwise, noPads, widened } from './padding.ts';
import { createPlainOps, shaping, type TfLibrary } from './plain.ts';

type Attribute = { readonly name: string; readonly type: number; readonly value: unknown };

/** The part of tfjs-node's backend that is used here. */
export type NodeBackend = {
  readonly isUsingGpuDevice: boolean;
  readonly binding: Readonly<Record<string, unknown>>;
  executeSingleOutput(name: string, attributes: readonly Attribute[], inputs: readonly Tensor[]): Tf.Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly Tensor[],
    outputs: number,
  ): Tf.Tensor[];
};

type Attributes = ReturnType<typeof attributeMakers>;
type Context = { readonly tf: TfLibrary; readonly backend: NodeBackend; readonly make: Attributes };

export function createByNameOps(tf: TfLibrary, backend: NodeBackend, facts: DeviceFacts): TensorOps {
  const context: Context = { tf, backend, make: attributeMakers(backend) };
  return {
    ...createPlainOps(tf, facts),
    ...convolution(context),
    ...norms(context),
    ...activations(context),
    ...pools(context),
    softmaxCrossEntropy: (logits, targets) => {
      const inputs = [logits, targets];
      const name = 'SoftmaxCrossEntropyWithLogits';
      const outputs = backend.executeMultipleOutputs(name, [context.make.float32('T')], inputs, 2);
      return { losses: outputs[0]!, gradient: outputs[1]! };
    },
  };
}

function attributeMakers(backend: NodeBackend) {
  const constant = (name: string) => backend.binding[name] as number;
  const typed = (kind: string) => (name: string, value: unknown) => ({ name, type: constant(kind), value });
  return {
    float32: (name: string) => typed('TF_ATTR_TYPE')(name, constant('TF_FLOAT')),
    integers: typed('TF_ATTR_INT'), // a number, or a list
    float: typed('TF_ATTR_FLOAT'),
    boolean: typed('TF_ATTR_BOOL'),
    text: typed('TF_ATTR_STRING'),
  };
}

function convolution({ tf, backend, make }: Context) {
  const attributes = ({ stride }: ConvGeometry, padding: ChosenPadding) => [
    make.float32('T'),
    make.integers('strides', [1, ...stride, 1]),
    make.text('data_format', 'NHWC'),
    make.text('padding', padding.kind),
    ...(padding.kind === 'EXPLICIT' ? [make.integers('explicit_paddings', [0, 0, ...padding.pads, 0, 0])] : []),
  ];
  const prefix = (at: ConvGeometry) => (at.depthwise ? 'DepthwiseConv2dNative' : 'Conv2D');
  const withShape = (shape: readonly number[], run: (extents: Tf.Tensor) => Tensor): Tensor => {
    const extents = tf.tensor1d([...shape], 'int32');
    const result = run(extents);
    extents.dispose();
    return result;
  };
  const inputGradient = (dy: Tensor, weight: Tensor, at: ConvGeometry & { inputShape: readonly number[] }): Tensor =>
    withShape(at.inputShape, (extents) => {
      const padding = choosePadding(at.inputShape, weight.shape, at);
      return backend.executeSingleOutput(`${prefix(at)}BackpropInput`, attributes(at, padding), [extents, weight, dy]);
    });
  const weightGradient = (x: Tensor, dy: Tensor, at: ConvGeometry & { weightShape: readonly number[] }): Tensor =>
    withShape(at.weightShape, (extents) => {
      const chosen = choosePadding(x.shape, at.weightShape, at);
      const padding = isWideDepthwise(at) ? { kind: 'EXPLICIT' as const, pads: at.pads } : chosen;
      return backend.executeSingleOutput(`${prefix(at)}BackpropFilter`, attributes(at, padding), [x, extents, dy]);
    });
  const plain = shaping(tf);
  return {
    conv: (x: Tensor, weight: Tensor, at: ConvGeometry): Tensor =>
      backend.executeSingleOutput(prefix(at), attributes(at, choosePadding(x.shape, weight.shape, at)), [x, weight]),
    convInputGradient: (dy: Tensor, weight: Tensor, at: ConvGeometry & { inputShape: readonly number[] }): Tensor => {
      if (choosePadding(at.inputShape, weight.shape, at).kind !== 'EXPLICIT') return inputGradient(dy, weight, at);
      const wide = inputGradient(dy, weight, { ...at, pads: noPads, inputShape: widened(at.inputShape, at.pads) });
      const inner = plain.unpad(wide, at.pads);
      (wide as Tf.Tensor).dispose();
      return inner;
    },
    convWeightGradient: (x: Tensor, dy: Tensor, at: ConvGeometry & { weightShape: readonly number[] }): Tensor => {
      const isSlow = choosePadding(x.shape, at.weightShape, at).kind === 'EXPLICIT' && !isWideDepthwise(at);
      if (!isSlow) return weightGradient(x, dy, at);
      const wide = plain.pad(x, at.pads, 0);
      const gradient = weightGradient(wide, dy, { ...at, pads: noPads });
      (wide as Tf.Tensor).dispose();
      return gradient;
    },
  };
}

function norms({
  backend,
  make,
}: Context): Pick<TensorOps, 'batchNormInference' | 'batchNormTraining' | 'batchNormGradient'> {
  const attributes = (epsilon: number, isTraining: boolean) => [
    make.float32('T'),
    make.float32('U'),
    make.float('epsilon', epsilon),
    make.text('data_format', 'NHWC'),
    make.boolean('is_training', isTraining),
  ];
  return {
    batchNormInference: (x, { weight, bias }, at) => {
      const inputs = [x, weight, bias, at.mean, at.variance];
      const all = backend.executeMultipleOutputs('FusedBatchNormV3', attributes(at.epsilon, false), inputs, 6);
      for (const unused of all.slice(1)) unused.dispose();
      return all[0]!;
    },
    batchNormTraining: (x, { weight, bias }, at) => {
      const settings = [...attributes(at.epsilon, true), make.float('exponential_avg_factor', at.momentum)];
      const inputs = [x, weight, bias, at.mean, at.variance];
      const all = backend.executeMultipleOutputs('FusedBatchNormV3', settings, inputs, 6);
      return { output: all[0]!, mean: all[1]!, variance: all[2]!, saved: all.slice(3) };
    },
    batchNormGradient: (dy, x, { weight, trained, epsilon }): NormGradients => {
      const inputs = [dy, x, weight, ...trained.saved];
      const all = backend.executeMultipleOutputs('FusedBatchNormGradV3', attributes(epsilon, true), inputs, 5);
      for (const unused of all.slice(3)) unused.dispose();
      return { input: all[0]!, weight: all[1]!, bias: all[2]! };
    },
  };
}

function activations({ backend, make }: Context) {
  const outputFirst: Readonly<Record<ActivationFunction, string | null>> = {
    relu: null,
    relu6: null,
    tanh: 'TanhGrad',
    sigmoid: 'SigmoidGrad',
  };
  return {
    activationGradient: (dy: Tensor, y: Tensor, name: ActivationFunction): Tensor => {
      const settings = [make.float32('T')];
      const ordered = outputFirst[name];
      if (ordered !== null) return backend.executeSingleOutput(ordered, settings, [y, dy]);
      return backend.executeSingleOutput(name === 'relu' ? 'ReluGrad' : 'Relu6Grad', settings, [dy, y]);
    },
  };
}

type MaxPoolOperands = { readonly x: Tensor; readonly y: Tensor; readonly geometry: PoolGeometry };

/**
 * MaxPoolGrad looks for each maximum anew, channel by channel: half of a step of GoogLeNet. oneDNN's kernels, which eager TensorFlow
 * leaves aside, keep the winners; pooling again to have them costs a thirtieth of what they save, with the same bits.
 */
function pools({ tf, backend, make }: Context) {
  const attributes = ({ kernel, stride, isSame }: PoolGeometry) => [
    make.float32('T'),
    make.integers('ksize', [1, ...kernel, 1]),
    make.integers('strides', [1, ...stride, 1]),
    make.text('padding', isSame ? 'SAME' : 'VALID'),
    make.text('data_format', 'NHWC'),
  ];
  const plainGradient = (dy: Tensor, { x, y, geometry }: MaxPoolOperands): Tensor =>
    backend.executeSingleOutput('MaxPoolGrad', attributes(geometry), [x, y, dy]);
  const oneDnnGradient = (dy: Tensor, { x, geometry }: MaxPoolOperands): Tensor => {
    const settings = [
      ...attributes(geometry),
      make.boolean('workspace_enabled', true),
      make.text('_kernel', 'MklNameChangeOp'), // the label of oneDNN's kernels
    ];
    const pooled = backend.executeMultipleOutputs('_MklNativeMaxPool', settings, [x], 2);
    const [again, winners] = pooled as [Tf.Tensor, Tf.Tensor];
    const dx = backend.executeSingleOutput('_MklNativeMaxPoolGrad', settings, [x, again, dy, winners]);
    again.dispose();
    winners.dispose();
    return dx;
  };
  let hasOneDnn: boolean | null = backend.isUsingGpuDevice ? false : null; // null: not tried yet
  const triesOneDnn = (): boolean => {
    const one = tf.ones([1, 1, 1, 1]);
    try {
      const geometry: PoolGeometry = { kernel: [1, 1], stride: [1, 1] };
      (oneDnnGradient(one, { x: one, y: one, geometry }) as Tf.Tensor).dispose();
      return true;
    } catch {
      return false; // a libtensorflow without these kernels
    } finally {
      one.dispose();
    }
  };
  return {
    maxPool: (x: Tensor, at: PoolGeometry): Tensor => backend.executeSingleOutput('MaxPool', attributes(at), [x]),
    maxPoolGradient: (dy: Tensor, at: MaxPoolOperands): Tensor => {
      hasOneDnn ??= triesOneDnn();
      return hasOneDnn ? oneDnnGradient(dy, at) : plainGradient(dy, at);
    },
    avgPool: (x: Tensor, at: PoolGeometry): Tensor => backend.executeSingleOutput('AvgPool', attributes(at), [x]),
    avgPoolGradient: (dy: Tensor, at: { inputShape: readonly number[]; geometry: PoolGeometry }): Tensor => {
      const extents = tf.tensor1d([...at.inputShape], 'int32');
      const dx = backend.executeSingleOutput('AvgPoolGrad', attributes(at.geometry), [extents, dy]);
      extents.dispose();
      return dx;
    },
  };
}
