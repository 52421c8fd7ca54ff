/** Batch norm and local response norm by their definition. */
import type { BatchNormNode, LocalResponseNormNode } from '../../../shared/networks/network.ts';
import { type Array64, mapped, mapShape, zeros } from './array64.ts';

/** By channel. */
export type Moments = { readonly mean: Float64Array; readonly variance: Float64Array };
export type NormParameters = { readonly weight: Float64Array; readonly bias: Float64Array };

function channelOf(x: Array64): (index: number) => number {
  const [, channels, height, width] = mapShape(x);
  const area = height * width;
  return (index) => Math.floor(index / area) % channels;
}

function sumByChannel(x: Array64, term: (value: number, index: number) => number): Float64Array {
  const channel = channelOf(x);
  const sums = new Float64Array(mapShape(x)[1]);
  x.values.forEach((value, index) => {
    sums[channel(index)]! += term(value, index);
  });
  return sums;
}

function perChannel(x: Array64): number {
  const [batch, , height, width] = mapShape(x);
  return batch * height * width;
}

/** Of the batch; the variance is the biased one. */
export function batchMoments(x: Array64): Moments {
  const count = perChannel(x);
  const channel = channelOf(x);
  const mean = sumByChannel(x, (value) => value).map((sum) => sum / count);
  const variance = sumByChannel(x, (value, index) => (value - mean[channel(index)]!) ** 2).map((sum) => sum / count);
  return { mean, variance };
}

/** The running moments after a batch: the variance that enters them is the unbiased one. */
export function runningAfter(node: BatchNormNode, before: Moments, x: Array64): Moments {
  const batch = batchMoments(x);
  const count = perChannel(x);
  const blend = (old: number, fresh: number) => (1 - node.momentum) * old + node.momentum * fresh;
  return {
    mean: before.mean.map((old, c) => blend(old, batch.mean[c]!)),
    variance: before.variance.map((old, c) => blend(old, (batch.variance[c]! * count) / Math.max(count - 1, 1))),
  };
}

type Norm = { readonly node: BatchNormNode; readonly moments: Moments; readonly parameters: NormParameters };

const deviations = ({ node, moments }: Norm) => moments.variance.map((value) => Math.sqrt(value + node.epsilon));

function normalised(x: Array64, norm: Norm): Array64 {
  const channel = channelOf(x);
  const deviation = deviations(norm);
  return mapped(x, (value, index) => (value - norm.moments.mean[channel(index)]!) / deviation[channel(index)]!);
}

export function batchNorm64(x: Array64, norm: Norm): Array64 {
  const channel = channelOf(x);
  const { weight, bias } = norm.parameters;
  return mapped(normalised(x, norm), (value, at) => value * weight[channel(at)]! + bias[channel(at)]!);
}

/** `ofBatch`: the moments are those of `x`, and depend on it; else they are constants. */
export function batchNormGradient64(x: Array64, norm: Norm, { dy, ofBatch }: { dy: Array64; ofBatch: boolean }) {
  const channel = channelOf(x);
  const straight = normalised(x, norm);
  const deviation = deviations(norm);
  const bias = sumByChannel(dy, (slope) => slope);
  const weight = sumByChannel(dy, (slope, index) => slope * straight.values[index]!);
  const count = perChannel(x);
  const input = mapped(dy, (slope, index) => {
    const c = channel(index);
    const shared = ofBatch ? (bias[c]! + straight.values[index]! * weight[c]!) / count : 0;
    return ((slope - shared) * norm.parameters.weight[c]!) / deviation[c]!;
  });
  return { input, weight, bias };
}

/** Sums over the channels around each one. Krizhevsky et al. 2012, sec. 3.3. */
function neighbourSums(node: LocalResponseNormNode, x: Array64, term: (index: number) => number): Float64Array {
  const [, channels, height, width] = mapShape(x);
  const area = height * width;
  const radius = (node.channels - 1) / 2;
  return x.values.map((_, index) => {
    const channel = Math.floor(index / area) % channels;
    let sum = 0;
    for (let step = -radius; step <= radius; step += 1) {
      if (channel + step >= 0 && channel + step < channels) sum += term(index + step * area);
    }
    return sum;
  });
}

function responseDenominators(node: LocalResponseNormNode, x: Array64): Float64Array {
  const squares = neighbourSums(node, x, (index) => x.values[index]! ** 2);
  return squares.map((sum) => node.k + (node.alpha / node.channels) * sum);
}

export function responseNorm64(node: LocalResponseNormNode, x: Array64): Array64 {
  const denominators = responseDenominators(node, x);
  return mapped(x, (value, index) => value * denominators[index]! ** -node.beta);
}

export function responseNormGradient64(node: LocalResponseNormNode, x: Array64, dy: Array64): Array64 {
  const d = responseDenominators(node, x);
  const spread = neighbourSums(node, x, (at) => dy.values[at]! * x.values[at]! * d[at]! ** (-node.beta - 1));
  const dx = zeros(x.shape);
  const factor = (2 * node.alpha * node.beta) / node.channels;
  for (let index = 0; index < dx.values.length; index += 1) {
    dx.values[index] = dy.values[index]! * d[index]! ** -node.beta - factor * x.values[index]! * spread[index]!;
  }
  return dx;
}
