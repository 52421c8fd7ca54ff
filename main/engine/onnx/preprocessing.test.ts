import { expect, it } from 'vitest';
import { fillTensor } from '../../../e2e/fixtures/parity.ts';
import type { Network } from '../../../shared/networks/network.ts';
import { listParameters } from '../../../shared/networks/parameters.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { renderViews } from '../../imaging/views.ts';
import { openOnnxSession, type PlanarImage } from './runtime.ts';
import { writeOnnx } from './writer.ts';

const mean = [0.485, 0.456, 0.406] as const;
const standardDeviation = [0.229, 0.224, 0.225] as const;
const crop = 12;
const shortSide = 16;

const identity: Network = {
  ...findNetwork('lenet5'),
  inputShape: [3, crop, crop],
  nodes: [],
  stages: [{ id: 'input', node: 'input', title: 'Image' }],
  heads: [],
  preprocessing: { resizeShortSide: shortSide, cropSize: crop, interpolation: 'bicubic', mean, standardDeviation },
};

function randomImage(height: number, width: number): PlanarImage {
  const pixels = Uint8Array.from(fillTensor(7, 'input', [3, height, width]), (u) => Math.round((u + 1) * 127.5));
  return { pixels, height, width };
}

function cubic(x: number): number {
  const d = Math.abs(x);
  if (d < 1) return (1.5 * d - 2.5) * d * d + 1;
  return d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
}

/** Keys' cubic stretched over the scale, weights renormalised at the border: Pillow's way, in float64. */
function resampleRow(row: readonly number[], outExtent: number): number[] {
  const scale = row.length / outExtent;
  const stretch = Math.max(scale, 1);
  return Array.from({ length: outExtent }, (_, out) => {
    const centre = (out + 0.5) * scale;
    const weights = row.map((_value, at) => cubic((at + 0.5 - centre) / stretch));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return row.reduce((sum, value, at) => sum + value * weights[at]!, 0) / total;
  });
}

const transpose = (rows: readonly number[][]) => rows[0]!.map((_, x) => rows.map((row) => row[x]!));

/** As Python's round(n / 2). */
function halfToEven(n: number): number {
  return n % 2 === 0 ? n / 2 : 2 * Math.round(n / 4);
}

function expected({ pixels, height, width }: PlanarImage): number[] {
  const factor = shortSide / Math.min(height, width);
  const [outHeight, outWidth] = [Math.round(height * factor), Math.round(width * factor)];
  const [top, left] = [halfToEven(outHeight - crop), halfToEven(outWidth - crop)];
  return [0, 1, 2].flatMap((c) => {
    const plane = Array.from({ length: height }, (_, y) => [
      ...pixels.subarray((c * height + y) * width, (c * height + y + 1) * width),
    ]);
    const wide = plane.map((row) => resampleRow(row, outWidth));
    const resized = transpose(transpose(wide).map((column) => resampleRow(column, outHeight)));
    const cropped = resized.slice(top, top + crop).flatMap((row) => row.slice(left, left + crop));
    return cropped.map((value) => (Math.min(Math.max(value, 0), 255) / 255 - mean[c]!) / standardDeviation[c]!);
  });
}

it.each([
  [16, 16],
  [40, 61],
  [97, 33],
  [9, 14],
  [16, 200],
])('makes of %i x %i pixels what the arithmetic makes', async (height, width) => {
  const image = randomImage(height, width);
  const options = { outputNode: 'input', preprocessing: 'included', batch: 'dynamic' } as const;
  const session = await openOnnxSession({
    model: writeOnnx(identity, new Map(), options),
    threads: 1,
    provider: 'cpu',
  });
  const got = await session.runImage(image);
  await session.close();
  const wanted = expected(image);
  expect(got.length).toBe(wanted.length);
  const worst = Math.max(...wanted.map((value, i) => Math.abs(value - got[i]!)));
  expect(worst).toBeLessThan(1e-4);
});

it.each([
  [40, 61],
  [9, 14],
])('makes of %i x %i pixels the luma of that for a network of grey pictures', async (height, width) => {
  const image = randomImage(height, width);
  const grey = { ...identity, inputShape: [1, crop, crop], preprocessing: { ...identity.preprocessing, isGrey: true } };
  const model = writeOnnx(grey as Network, new Map(), {
    ...{ outputNode: 'input', preprocessing: 'included', batch: 'dynamic' },
  });
  const session = await openOnnxSession({ model, threads: 1, provider: 'cpu' });
  const got = await session.runImage(image);
  await session.close();
  const [red, green, blue] = [0, 1, 2].map((c) => expected(image).slice(c * crop * crop, (c + 1) * crop * crop));
  const wanted = red!.map((value, at) => 0.299 * value + 0.587 * green![at]! + 0.114 * blue![at]!);
  expect(got.length).toBe(crop * crop);
  expect(Math.max(...wanted.map((value, i) => Math.abs(value - got[i]!)))).toBeLessThan(1e-4);
});

it('runs a whole network from pixels, and equals the network on what preprocessing alone gives', async () => {
  const network = findNetwork('tf_efficientnet_lite0');
  const weights = new Map(
    listParameters(network).map(({ name, shape }, i) => [name, { shape, values: fillTensor(i, name, shape) }]),
  );
  const run = async (outputNode: string, preprocessing: 'none' | 'included', input: PlanarImage | Float32Array) => {
    const model = writeOnnx(network, weights, { outputNode, preprocessing, batch: 'dynamic' });
    const session = await openOnnxSession({ model, threads: 1, provider: 'cpu' });
    const output = await (input instanceof Float32Array ? session.run(input, 1) : session.runImage(input));
    await session.close();
    return output;
  };
  const image = randomImage(300, 421);
  const logits = await run('classifier', 'included', image);
  const pixels = await run('input', 'included', image);
  expect(pixels.length).toBe(3 * 224 * 224);
  const wanted = await run('classifier', 'none', pixels);
  const magnitude = Math.max(...wanted.map(Math.abs));
  expect(Math.max(...wanted.map((value, k) => Math.abs(value - logits[k]!)))).toBeLessThan(1e-5 * magnitude);
});

it.each([
  [500, 375],
  [256, 341], // the long side leaves an odd margin
  [256, 359],
  [1200, 901],
  [120, 90],
])('prepares a picture of %i x %i pixels as the engine does', async (height, width) => {
  const network = findNetwork('tf_efficientnet_lite0');
  const planar = randomImage(height, width);
  const plane = height * width;
  const pixels = Uint8Array.from(
    { length: 3 * plane },
    (_, at) => planar.pixels[(at % 3) * plane + Math.floor(at / 3)]!,
  );
  const wanted = renderViews({ width, height, pixels }, network.preprocessing, ['centre']);
  const model = writeOnnx(network, new Map(), { outputNode: 'input', preprocessing: 'included', batch: 'dynamic' });
  const session = await openOnnxSession({ model, threads: 1, provider: 'cpu' });
  const got = await session.runImage(planar);
  await session.close();
  const worst = wanted.reduce((most, value, at) => Math.max(most, Math.abs(value - got[at]!)), 0);
  expect(worst).toBeLessThan(1e-4);
});
