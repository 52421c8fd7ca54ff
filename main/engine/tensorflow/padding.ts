/**
 * Which padding attribute a convolution is given. oneDNN has backward kernels for SAME and VALID only: with EXPLICIT the
 * gradients fall back to kernels that are mostly 1.1 to 8 times slower (forward is as fast). So explicit pads become SAME where
 * they are the same numbers; elsewhere by-name.ts pads by hand in the backward pass.
 */
import type { ConvGeometry, Pads } from './ops.ts';

export type ChosenPadding = { readonly kind: 'VALID' | 'SAME' } | { readonly kind: 'EXPLICIT'; readonly pads: Pads };

export const noPads: Pads = [0, 0, 0, 0];

/** inputShape [B, H, W, C]; weightShape [kh, kw, ...]. */
export function choosePadding(
  inputShape: readonly number[],
  weightShape: readonly number[],
  { stride, pads }: Pick<ConvGeometry, 'stride' | 'pads'>,
): ChosenPadding {
  if (pads.every((pad) => pad === 0)) return { kind: 'VALID' };
  const same = ([0, 1] as const).flatMap((axis) => {
    const extent = inputShape[axis + 1]!;
    const total = Math.max((Math.ceil(extent / stride[axis]) - 1) * stride[axis] + weightShape[axis]! - extent, 0);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  });
  return pads.every((pad, at) => pad === same[at]) ? { kind: 'SAME' } : { kind: 'EXPLICIT', pads };
}

/**
 * oneDNN's weight gradient of a depthwise filter wider than 3 takes about twice the time of the kernel that EXPLICIT
 * falls back to. Also tried, at the 5x5 filters of EfficientNet-Lite0 in batches of 32: as a depthwise convolution of x
 * by dy with images as channels (1.0 to 2.5 times that kernel, half of it transposes), as a grouped convolution (as
 * oneDNN), as dense convolutions of 8 or 16 channels of which the diagonal is kept (4 to 9 times), as sums over the 25
 * taps (6 to 90 times).
 */
export function isWideDepthwise({
  depthwise,
  pads,
  weightShape,
}: ConvGeometry & { readonly weightShape: readonly number[] }): boolean {
  return depthwise && pads.some((pad) => pad > 0) && Math.max(weightShape[0]!, weightShape[1]!) > 3;
}

export function widened(shape: readonly number[], [top, bottom, left, right]: Pads): number[] {
  const [batch, height, width, channels] = shape as [number, number, number, number];
  return [batch, height + top + bottom, width + left + right, channels];
}
