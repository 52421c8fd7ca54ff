/** Convolution by its definition: groups, dilation, any padding. */
import type { ConvNode } from '../../../shared/networks/network.ts';
import { resolveWindow } from '../../../shared/networks/shapes.ts';
import { type Array64, mapShape, zeros } from './array64.ts';

/** A row of products that one weight takes part in: y[yStart + n] += w * x[xStart + n * xStep], n < count. */
type Run = {
  weight: number;
  xStart: number;
  xStep: number;
  yStart: number;
  count: number;
};

/** Calls `visit` for all the products of a convolution, a row at a time; the same object each time. */
function eachRun(node: ConvNode, x: Array64, visit: (run: Run) => void): void {
  const [batch, channels, height, width] = mapShape(x);
  const { outHeight, outWidth, top, left } = resolveWindow(node, [channels, height, width]);
  const [kernelHeight, kernelWidth] = node.kernel;
  const [rowStep, xStep] = node.stride;
  const perGroup = channels / node.groups;
  const outPerGroup = node.outChannels / node.groups;
  const run: Run = { weight: 0, xStart: 0, xStep, yStart: 0, count: 0 };
  for (let b = 0; b < batch; b += 1) {
    for (let o = 0; o < node.outChannels; o += 1) {
      for (let i = 0; i < perGroup; i += 1) {
        const channel = Math.floor(o / outPerGroup) * perGroup + i;
        for (let ky = 0; ky < kernelHeight; ky += 1) {
          for (let kx = 0; kx < kernelWidth; kx += 1) {
            run.weight = ((o * perGroup + i) * kernelHeight + ky) * kernelWidth + kx;
            const shift = kx * node.dilation[1] - left; // x = column * xStep + shift has to be in [0, width)
            const from = Math.max(0, Math.ceil(-shift / xStep));
            const to = Math.min(outWidth, Math.floor((width - 1 - shift) / xStep) + 1);
            run.count = to - from;
            for (let row = 0; row < outHeight; row += 1) {
              const y = row * rowStep + ky * node.dilation[0] - top;
              if (y < 0 || y >= height || run.count <= 0) continue;
              run.xStart = ((b * channels + channel) * height + y) * width + from * xStep + shift;
              run.yStart = ((b * node.outChannels + o) * outHeight + row) * outWidth + from;
              visit(run);
            }
          }
        }
      }
    }
  }
}

/** weight OIHW, bias [O] or null. */
export function convolve64(
  node: ConvNode,
  x: Array64,
  at: { weight: Float64Array; bias: Float64Array | null },
): Array64 {
  const [batch, channels, height, width] = mapShape(x);
  const { outHeight, outWidth } = resolveWindow(node, [channels, height, width]);
  const y = zeros([batch, node.outChannels, outHeight, outWidth]);
  if (at.bias !== null) {
    const area = outHeight * outWidth;
    for (let index = 0; index < y.values.length; index += 1) {
      y.values[index] = at.bias[Math.floor(index / area) % node.outChannels]!;
    }
  }
  const [from, to] = [x.values, y.values];
  eachRun(node, x, ({ weight, xStart, xStep, yStart, count }) => {
    const w = at.weight[weight]!;
    for (let n = 0; n < count; n += 1) to[yStart + n]! += w * from[xStart + n * xStep]!;
  });
  return y;
}

/** Gradient of the input, of the shape of `x`. */
export function convInputGradient64(node: ConvNode, x: Array64, at: { weight: Float64Array; dy: Array64 }): Array64 {
  const dx = zeros(x.shape);
  const [from, to] = [at.dy.values, dx.values];
  eachRun(node, x, ({ weight, xStart, xStep, yStart, count }) => {
    const w = at.weight[weight]!;
    for (let n = 0; n < count; n += 1) to[xStart + n * xStep]! += w * from[yStart + n]!;
  });
  return dx;
}

/** Gradient of the weight, OIHW. */
export function convWeightGradient64(node: ConvNode, x: Array64, dy: Array64): Float64Array {
  const perGroup = mapShape(x)[1] / node.groups;
  const gradient = new Float64Array(node.outChannels * perGroup * node.kernel[0] * node.kernel[1]);
  const [source, slope] = [x.values, dy.values];
  eachRun(node, x, ({ weight, xStart, xStep, yStart, count }) => {
    let sum = 0;
    for (let n = 0; n < count; n += 1) sum += source[xStart + n * xStep]! * slope[yStart + n]!;
    gradient[weight]! += sum;
  });
  return gradient;
}
