import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../shared/math/random.ts';
import { openPlainCpu, openTensorFlow } from './door.ts';
import type { PoolGeometry } from './ops.ts';

type Case = { readonly title: string; readonly geometry: PoolGeometry; readonly extent: number };
const cases: readonly Case[] = [
  { title: '2 x 2 side by side', geometry: { kernel: [2, 2], stride: [2, 2] }, extent: 8 },
  { title: '3 x 3 that overlap', geometry: { kernel: [3, 3], stride: [2, 2] }, extent: 9 },
  { title: '3 x 3 around each pixel', geometry: { kernel: [3, 3], stride: [1, 1], isSame: true }, extent: 7 },
  {
    title: '3 x 3 at stride 2 over an odd edge',
    geometry: { kernel: [3, 3], stride: [2, 2], isSame: true },
    extent: 8,
  },
];
const BATCH = 3;
const CHANNELS = 20; // more than a vector, and not a multiple of one

/** Pixels of which more than half are equal, as behind a ReLU. */
function drawPixels(extent: number): Float32Array {
  const random = seededRandom(5);
  const length = BATCH * extent * extent * CHANNELS;
  return Float32Array.from({ length }, () => Math.max(0, Math.round(random() * 8 - 5)));
}

/** By the definition: the first of a window's largest pixels, row by row, gets the window's gradient. */
function gradientByHand(x: Float32Array, dy: Float32Array, { geometry, extent }: Case): Float32Array {
  const [kernel, stride] = [geometry.kernel[0], geometry.stride[0]];
  const outputs = geometry.isSame ? Math.ceil(extent / stride) : Math.floor((extent - kernel) / stride) + 1;
  const before = geometry.isSame ? Math.floor(Math.max((outputs - 1) * stride + kernel - extent, 0) / 2) : 0;
  const dx = new Float32Array(x.length);
  const span = (at: number) => [Math.max(at * stride - before, 0), Math.min(at * stride - before + kernel, extent)];
  dy.forEach((gradient, at) => {
    const channel = at % CHANNELS;
    const cell = Math.floor(at / CHANNELS);
    const [left, right] = span(cell % outputs) as [number, number];
    const [top, bottom] = span(Math.floor(cell / outputs) % outputs) as [number, number];
    const picture = Math.floor(cell / (outputs * outputs));
    let winner = -1;
    for (let row = top; row < bottom; row += 1)
      for (let column = left; column < right; column += 1) {
        const place = ((picture * extent + row) * extent + column) * CHANNELS + channel;
        if (winner < 0 || x[place]! > x[winner]!) winner = place;
      }
    dx[winner]! += gradient;
  });
  return dx;
}

describe.each([
  ['TensorFlow by name', () => openTensorFlow({ threads: 2 })],
  ['plain kernels', openPlainCpu],
] as const)('the gradient of a maximum, %s', (_name, open) => {
  it.each(cases)('goes to the first of equal pixels: $title', async (each) => {
    const ops = await open();
    const before = ops.tensorCount();
    const pixels = drawPixels(each.extent);
    const x = ops.fromArray(pixels.slice(), [BATCH, each.extent, each.extent, CHANNELS]);
    const y = ops.maxPool(x, each.geometry);
    const random = seededRandom(9);
    const length = y.shape.reduce((product, extent) => product * extent, 1);
    const gradients = Float32Array.from({ length }, () => Math.round(random() * 64 - 32)); // sums are exact
    const dy = ops.fromArray(gradients.slice(), y.shape);
    const dx = ops.maxPoolGradient(dy, { x, y, geometry: each.geometry });
    expect(await ops.read(dx)).toEqual(gradientByHand(pixels, gradients, each));
    ops.dispose(x, y, dy, dx);
    expect(ops.tensorCount()).toBe(before);
  });
});
