/** Pools by their definition. */
import type {
  AdaptiveAvgPoolNode,
  AvgPoolNode,
  GlobalAvgPoolNode,
  MaxPoolNode,
} from '../../../shared/networks/network.ts';
import { type ResolvedWindow, resolveWindow } from '../../../shared/networks/shapes.ts';
import { type Array64, mapShape, zeros } from './array64.ts';

export type PoolNode = MaxPoolNode | AvgPoolNode | AdaptiveAvgPoolNode | GlobalAvgPoolNode;

/** One axis of one window: the pixels in [from, to), and how many it is a mean of. */
type Span = { readonly from: number; readonly to: number; readonly counted: number };

function slidingSpans(node: MaxPoolNode | AvgPoolNode, axis: 0 | 1, at: { extent: number; window: ResolvedWindow }) {
  const { extent, window } = at;
  const [count, before, after] =
    axis === 0 ? [window.outHeight, window.top, window.bottom] : [window.outWidth, window.left, window.right];
  const countsPads = node.kind === 'avgPool' && node.countIncludePad;
  return Array.from({ length: count }, (_, index): Span => {
    const start = index * node.stride[axis] - before;
    const from = Math.max(start, 0);
    const to = Math.min(start + node.kernel[axis], extent);
    return { from, to, counted: countsPads ? Math.min(start + node.kernel[axis], extent + after) - start : to - from };
  });
}

function adaptiveSpans(extent: number, count: number): Span[] {
  return Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * extent) / count);
    const to = Math.ceil(((index + 1) * extent) / count);
    return { from, to, counted: to - from };
  });
}

function spansOf(node: PoolNode, x: Array64): readonly [Span[], Span[]] {
  const [, channels, height, width] = mapShape(x);
  if (node.kind === 'globalAvgPool') return [adaptiveSpans(height, 1), adaptiveSpans(width, 1)];
  if (node.kind === 'adaptiveAvgPool') {
    return [adaptiveSpans(height, node.extents[0]), adaptiveSpans(width, node.extents[1])];
  }
  const window = resolveWindow(node, [channels, height, width]);
  return [slidingSpans(node, 0, { extent: height, window }), slidingSpans(node, 1, { extent: width, window })];
}

/** Calls `visit` with the pixels of each window, in the order of the outputs. */
function eachWindow(
  node: PoolNode,
  x: Array64,
  visit: (output: number, pixels: readonly number[], counted: number) => void,
): void {
  const [batch, channels, height, width] = mapShape(x);
  const [rows, columns] = spansOf(node, x);
  let output = 0;
  for (let plane = 0; plane < batch * channels; plane += 1) {
    for (const row of rows) {
      for (const column of columns) {
        const pixels: number[] = [];
        for (let y = row.from; y < row.to; y += 1) {
          for (let at = column.from; at < column.to; at += 1) pixels.push((plane * height + y) * width + at);
        }
        visit(output, pixels, row.counted * column.counted);
        output += 1;
      }
    }
  }
}

/** The first pixel of the largest value. */
function largest(values: Float64Array, pixels: readonly number[]): number {
  return pixels.reduce((best, pixel) => (values[pixel]! > values[best]! ? pixel : best));
}

export function pool64(node: PoolNode, x: Array64): Array64 {
  const [batch, channels] = mapShape(x);
  const [rows, columns] = spansOf(node, x);
  const map = [batch, channels, rows.length, columns.length];
  const y = zeros(node.kind === 'globalAvgPool' ? [batch, channels] : map);
  eachWindow(node, x, (output, pixels, counted) => {
    y.values[output] =
      node.kind === 'maxPool'
        ? x.values[largest(x.values, pixels)]!
        : pixels.reduce((sum, pixel) => sum + x.values[pixel]!, 0) / counted;
  });
  return y;
}

export function poolGradient64(node: PoolNode, x: Array64, dy: Array64): Array64 {
  const dx = zeros(x.shape);
  eachWindow(node, x, (output, pixels, counted) => {
    const slope = dy.values[output]!;
    if (node.kind === 'maxPool') dx.values[largest(x.values, pixels)]! += slope;
    else for (const pixel of pixels) dx.values[pixel]! += slope / counted;
  });
  return dx;
}
