/** The network as a row of blocks: one between each pair of neighbouring stages, and the softmax at the end. */
import type { Network, NetworkNode, Shape } from '../../../shared/networks/network.ts';
import { countParameters } from '../../../shared/networks/parameters.ts';
import { inferShapes } from '../../../shared/networks/shapes.ts';
import { split } from '../../../shared/networks/split.ts';
import { forwardWork, multiplicationsOf } from '../../../shared/planning/work.ts';

export type NetworkBlock = {
  readonly stage: string; // id of the stage it ends in; 'softmax' for the classifier
  readonly title: string;
  readonly multiplications: number; // of one photo
  readonly parameters: number;
  readonly output: Shape; // [C, H, W] or [D]
  readonly convolutions: readonly string[]; // distinct kernels, '3×3', 'depthwise 5×5'
  readonly left: number; // share of the row, 0 to 1
  readonly width: number;
  readonly height: number; // share of the tallest block, above 0 to 1
};

const LEAST_WIDTH = 0.045;

/** One block fewer than stops of the slider: stop s freezes blocks 0 to s - 1. `network` has its class count. */
export function networkBlocks(network: Network): readonly NetworkBlock[] {
  const shapes = inferShapes(network);
  const parts = network.stages.map((stage, at) => {
    const next = network.stages[at + 1];
    const { suffix } = split(network, stage.id);
    const block = next === undefined ? withMainHead(suffix) : split(suffix, next.id).prefix;
    const output = next === undefined ? shapes.get(network.heads[0]!.node)! : shapes.get(next.node)!;
    return {
      stage: next?.id ?? 'softmax',
      title: next?.title ?? 'Softmax',
      multiplications: multiplicationsOf(forwardWork(block)),
      parameters: countParameters(block),
      output,
      convolutions: [...new Set(block.nodes.flatMap((node) => kernelOf(node)))],
    };
  });
  return placed(parts);
}

function withMainHead(suffix: Network): Network {
  return { ...suffix, heads: suffix.heads.slice(0, 1) };
}

function kernelOf(node: NetworkNode): string[] {
  if (node.kind !== 'conv') return [];
  const [height, width] = node.kernel;
  return [`${node.groups > 1 ? 'depthwise ' : ''}${height}×${width}`];
}

/** Width by the share of multiplications, never too narrow to be hit; height by the logarithm of channels. */
function placed(parts: readonly Omit<NetworkBlock, 'left' | 'width' | 'height'>[]): readonly NetworkBlock[] {
  const total = parts.reduce((sum, { multiplications }) => sum + multiplications, 0) || 1;
  const raw = parts.map(({ multiplications }) => Math.max(LEAST_WIDTH, multiplications / total));
  const sum = raw.reduce((a, b) => a + b, 0);
  const tallest = Math.max(...parts.map(({ output }) => Math.log2(1 + output[0]!)));
  let left = 0;
  return parts.map((part, at) => {
    const width = raw[at]! / sum;
    const block = { ...part, left, width, height: Math.max(0.25, Math.log2(1 + part.output[0]!) / tallest) };
    left += width;
    return block;
  });
}

/** Where the slider's stops lie: before the first block, and behind each but the softmax. */
export function sliderStops(blocks: readonly NetworkBlock[]): readonly number[] {
  return blocks.map(({ left }) => left);
}

/** The stop nearest to a place of the row. */
export function nearestStop(stops: readonly number[], place: number): number {
  let best = 0;
  for (const [at, stop] of stops.entries()) if (Math.abs(stop - place) < Math.abs(stops[best]! - place)) best = at;
  return best;
}
