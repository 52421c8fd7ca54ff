/** Weights between the state dict (OIHW) and the device (HWIO); dense weights and vectors stay as they are. */
import type { ConvNode, NamedTensor, NetworkNode } from '../../../shared/networks/network.ts';

/** True where every input channel has filters of its own. */
export function isDepthwise(node: ConvNode, inChannels: number): boolean {
  return node.groups > 1 && node.groups === inChannels;
}

/** The conv node of each weight that changes layout, with whether it is depthwise. */
export function convWeights(
  nodes: readonly NetworkNode[],
  inChannelsOf: (node: ConvNode) => number,
): Map<string, { readonly depthwise: boolean }> {
  const found = new Map<string, { readonly depthwise: boolean }>();
  for (const node of nodes) {
    if (node.kind === 'conv') found.set(node.weight, { depthwise: isDepthwise(node, inChannelsOf(node)) });
  }
  return found;
}

/**
 * [O, I, kh, kw] as [kh, kw, I, O], or for a depthwise [C * m, 1, kh, kw] as [kh, kw, C, m]; `groups` = C there.
 *
 * A depthwise filter's position c * m + q is the same number in both, so one permutation serves: rows to the back.
 */
export function toDevice({ shape, values }: NamedTensor, depthwiseGroups: number | null): NamedTensor {
  const [out, perGroup, height, width] = shape as readonly [number, number, number, number];
  const moved = new Float32Array(values.length);
  const area = height * width;
  for (let o = 0; o < out; o += 1) {
    for (let i = 0; i < perGroup; i += 1) {
      for (let at = 0; at < area; at += 1) {
        moved[(at * perGroup + i) * out + o] = values[(o * perGroup + i) * area + at]!;
      }
    }
  }
  const channels = depthwiseGroups === null ? [perGroup, out] : [depthwiseGroups, out / depthwiseGroups];
  return { shape: [height, width, ...channels], values: moved };
}

/** The inverse of {@link toDevice}. */
export function fromDevice({ shape, values }: NamedTensor, depthwise: boolean): NamedTensor {
  const [height, width, third, fourth] = shape as readonly [number, number, number, number];
  const [perGroup, out] = depthwise ? [1, third * fourth] : [third, fourth];
  const moved = new Float32Array(values.length);
  const area = height * width;
  for (let o = 0; o < out; o += 1) {
    for (let i = 0; i < perGroup; i += 1) {
      for (let at = 0; at < area; at += 1) {
        moved[(o * perGroup + i) * area + at] = values[(at * perGroup + i) * out + o]!;
      }
    }
  }
  return { shape: [out, perGroup, height, width], values: moved };
}

/** [B, C, H, W] as [B, H, W, C]. */
export function toNhwc(values: Float32Array, shape: readonly [number, number, number, number]): Float32Array {
  const [batch, channels, height, width] = shape;
  const area = height * width;
  const moved = new Float32Array(values.length);
  for (let b = 0; b < batch; b += 1) {
    const start = b * channels * area;
    for (let c = 0; c < channels; c += 1) {
      for (let at = 0; at < area; at += 1) moved[start + at * channels + c] = values[start + c * area + at]!;
    }
  }
  return moved;
}

/** [B, H, W, C] as [B, C, H, W]. */
export function toNchw(values: Float32Array, shape: readonly [number, number, number, number]): Float32Array {
  const [batch, height, width, channels] = shape;
  const area = height * width;
  const moved = new Float32Array(values.length);
  for (let b = 0; b < batch; b += 1) {
    const start = b * channels * area;
    for (let at = 0; at < area; at += 1) {
      for (let c = 0; c < channels; c += 1) moved[start + c * area + at] = values[start + at * channels + c]!;
    }
  }
  return moved;
}
