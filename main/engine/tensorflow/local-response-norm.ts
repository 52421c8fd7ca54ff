/**
 * Local response normalisation from products and sums, for a backend without a kernel of it.
 *
 * y = x * d^-beta with d = bias + alpha * (sum of x^2 over the channels within `radius`). Krizhevsky et al. 2012, sec. 3.3.
 */
import type * as Tf from '@tensorflow/tfjs';
import type { LrnGeometry, Tensor } from './ops.ts';

type TfLibrary = typeof Tf;

export function composedLocalResponseNorm(tf: TfLibrary) {
  return {
    localResponseNorm: (x: Tensor, geometry: LrnGeometry): Tensor =>
      tf.tidy(() => tf.mul(x as Tf.Tensor, tf.pow(denominator(tf, x as Tf.Tensor, geometry), -geometry.beta))),
    /** dx = dy * d^-beta - 2 * alpha * beta * x * (sum of dy * y / d over the channels within `radius`). */
    localResponseNormGradient: (dy: Tensor, at: { x: Tensor; y: Tensor; geometry: LrnGeometry }): Tensor =>
      tf.tidy(() => {
        const [x, y, slope] = [at.x as Tf.Tensor, at.y as Tf.Tensor, dy as Tf.Tensor];
        const { alpha, beta, radius } = at.geometry;
        const d = denominator(tf, x, at.geometry);
        const shared = sumOverWindow(tf, tf.div(tf.mul(slope, y), d), radius);
        return tf.sub(tf.mul(slope, tf.pow(d, -beta)), tf.mul(tf.mul(x, shared), 2 * alpha * beta));
      }),
  };
}

function denominator(tf: TfLibrary, x: Tf.Tensor, { radius, bias, alpha }: LrnGeometry): Tf.Tensor {
  return tf.add(tf.mul(sumOverWindow(tf, tf.square(x), radius), alpha), bias);
}

/** Over the last axis, as a product with a band matrix of ones. */
function sumOverWindow(tf: TfLibrary, x: Tf.Tensor, radius: number): Tf.Tensor {
  const channels = x.shape.at(-1) ?? 1;
  const band = new Float32Array(channels * channels);
  for (let from = 0; from < channels; from += 1) {
    for (let to = Math.max(0, from - radius); to <= Math.min(channels - 1, from + radius); to += 1)
      band[from * channels + to] = 1;
  }
  return tf.matMul(x.reshape([-1, channels]), tf.tensor2d(band, [channels, channels])).reshape(x.shape);
}
