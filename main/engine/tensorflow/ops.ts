/**
 * The closed set of tensor operations that training needs.
 *
 * Feature maps are NHWC. Every operation returns new tensors that the caller disposes; inputs are never consumed.
 */
import type { ActivationFunction } from '../../../shared/networks/network.ts';

/** A tensor held by the backend, float32. Opaque: only the TensorOps that made it can use it. */
export type Tensor = { readonly shape: readonly number[] };

export type DeviceFacts = {
  readonly backend: string; // 'tensorflow', 'webgpu' or 'cpu'
  readonly device: 'cpu' | 'gpu';
  readonly version: string; // of libtensorflow, or of tfjs
  readonly threads: number;
};

/** Zeros around a feature map, in pixels: top, bottom, left, right. */
export type Pads = readonly [top: number, bottom: number, left: number, right: number];
export type Pair = readonly [height: number, width: number];

/** Never dilated: see dilation.ts. */
export type ConvGeometry = {
  readonly stride: Pair;
  readonly pads: Pads;
  readonly depthwise: boolean; // weights [kh, kw, C, multiplier], else [kh, kw, in, out]
};
/** Without padding (pad first) unless it is TensorFlow's SAME: a maximum passes over that, a mean does not count it. */
export type PoolGeometry = { readonly kernel: Pair; readonly stride: Pair; readonly isSame?: true };

export type NormMoments = {
  readonly mean: Tensor; // [C]
  readonly variance: Tensor; // [C]
  readonly epsilon: number;
  readonly momentum: number; // of the new batch
};
export type NormParameters = { readonly weight: Tensor; readonly bias: Tensor }; // [C] each
export type TrainedNorm = {
  readonly output: Tensor;
  readonly mean: Tensor; // the running mean after this batch
  readonly variance: Tensor; // the running variance after this batch, fed by the unbiased batch variance
  readonly saved: readonly Tensor[]; // for batchNormGradient; dispose
};
export type NormGradients = { readonly input: Tensor; readonly weight: Tensor; readonly bias: Tensor };

export type LrnGeometry = {
  readonly radius: number;
  readonly bias: number;
  readonly alpha: number; // not divided by the window
  readonly beta: number;
};

export interface TensorOps {
  readonly facts: DeviceFacts;
  /** Takes the array over: the caller must not write to it afterwards. */
  fromArray(values: Float32Array, shape: readonly number[]): Tensor;
  /** A copy of the values, row-major. Blocks. */
  read(tensor: Tensor): Promise<Float32Array>;
  dispose(...tensors: readonly Tensor[]): void;
  /** Tensors alive in the backend, also those of others. */
  tensorCount(): number;
  /** A second handle to the same values. */
  share(tensor: Tensor): Tensor;

  reshape(x: Tensor, shape: readonly number[]): Tensor;
  transpose(x: Tensor, order: readonly number[]): Tensor;
  pad(x: Tensor, pads: Pads, value: number): Tensor;
  unpad(x: Tensor, pads: Pads): Tensor;
  concat(parts: readonly Tensor[]): Tensor; // by the last axis
  slice(x: Tensor, begin: readonly number[], extents: readonly number[]): Tensor;

  add(a: Tensor, b: Tensor): Tensor;
  subtract(a: Tensor, b: Tensor): Tensor;
  multiply(a: Tensor, b: Tensor): Tensor;
  divide(a: Tensor, b: Tensor): Tensor;
  squareRoot(x: Tensor): Tensor;
  sum(x: Tensor, axes: readonly number[]): Tensor; // axes removed
  mean(x: Tensor, axes: readonly number[]): Tensor; // axes removed

  matMul(a: Tensor, b: Tensor, transposed: { readonly a: boolean; readonly b: boolean }): Tensor;
  conv(x: Tensor, weight: Tensor, geometry: ConvGeometry): Tensor;
  convInputGradient(dy: Tensor, weight: Tensor, at: ConvGeometry & { readonly inputShape: readonly number[] }): Tensor;
  convWeightGradient(x: Tensor, dy: Tensor, at: ConvGeometry & { readonly weightShape: readonly number[] }): Tensor;
  batchNormInference(x: Tensor, parameters: NormParameters, moments: NormMoments): Tensor;
  batchNormTraining(x: Tensor, parameters: NormParameters, moments: NormMoments): TrainedNorm;
  batchNormGradient(
    dy: Tensor,
    x: Tensor,
    at: { weight: Tensor; trained: TrainedNorm; epsilon: number },
  ): NormGradients;
  activation(x: Tensor, name: ActivationFunction): Tensor;
  /** From the activation's output `y`, which is enough for all four. */
  activationGradient(dy: Tensor, y: Tensor, name: ActivationFunction): Tensor;
  maxPool(x: Tensor, geometry: PoolGeometry): Tensor;
  maxPoolGradient(dy: Tensor, at: { x: Tensor; y: Tensor; geometry: PoolGeometry }): Tensor;
  avgPool(x: Tensor, geometry: PoolGeometry): Tensor;
  avgPoolGradient(dy: Tensor, at: { inputShape: readonly number[]; geometry: PoolGeometry }): Tensor;
  localResponseNorm(x: Tensor, geometry: LrnGeometry): Tensor;
  localResponseNormGradient(dy: Tensor, at: { x: Tensor; y: Tensor; geometry: LrnGeometry }): Tensor;
  /** logits and targets [B, K], every row of targets sums to 1; losses [B] in nats, gradient [B, K] = softmax - targets. */
  softmaxCrossEntropy(logits: Tensor, targets: Tensor): { readonly losses: Tensor; readonly gradient: Tensor };
}
