import { describe, expect, it } from 'vitest';
import { fillTensor } from '../../../e2e/fixtures/parity.ts';
import { conv, dense, valid } from '../../../shared/networks/builder.ts';
import type { Network, NetworkNode, Shape, Weights } from '../../../shared/networks/network.ts';
import { listParameters } from '../../../shared/networks/parameters.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { inferShapes } from '../../../shared/networks/shapes.ts';
import { type OnnxSession, openOnnxSession } from './runtime.ts';
import { type OnnxOptions, writeOnnx } from './writer.ts';

const noWeights: Weights = new Map();

function networkOf(nodes: readonly NetworkNode[], inputShape: Shape): Network {
  const preprocessing = { ...findNetwork('lenet5').preprocessing, resizeShortSide: 16, cropSize: 12 };
  const last = nodes.at(-1)?.id ?? 'input';
  const stages = [{ id: 'input', node: 'input', title: 'Image' }];
  const heads = [{ id: 'classifier', node: last, lossWeight: 1 }];
  return { id: 'test', title: 'Test', paper: '', inputShape, nodes, stages, heads, preprocessing };
}

function fillWeights(network: Network): Weights {
  return new Map(
    listParameters(network).map(({ name, shape }, index) => [name, { shape, values: fillTensor(index, name, shape) }]),
  );
}

type Use = Partial<OnnxOptions> & { readonly threads?: number };

async function withSession<T>(
  given: { network: Network; weights?: Weights; use?: Use },
  use: (session: OnnxSession) => Promise<T>,
): Promise<T> {
  const { network, weights = fillWeights(network) } = given;
  const outputNode = given.use?.outputNode ?? network.heads[0]?.node ?? 'input';
  const model = writeOnnx(network, weights, {
    preprocessing: 'none',
    batch: 'dynamic',
    ...given.use,
    outputNode,
  });
  const session = await openOnnxSession({ model, threads: given.use?.threads ?? 1, provider: 'cpu' });
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

function runOne(network: Network, input: Float32Array, batch = 1): Promise<Float32Array> {
  return withSession({ network }, (session) => session.run(input, batch));
}

function expectClose(got: ArrayLike<number>, wanted: ArrayLike<number>, tolerance = 1e-5): void {
  expect(got.length).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++) expect(Math.abs(got[i]! - wanted[i]!)).toBeLessThan(tolerance);
}

const window = { kernel: [3, 3], stride: [2, 2] } as const;
const padded = { kind: 'explicit', top: 1, left: 1, bottom: 1, right: 1 } as const;

/** Windows of a 3 x 3 pool with stride 2 and padding 1 over one 6 x 6 plane, ceil mode: 4 x 4, values and counted cells. */
function poolWindows(plane: Float32Array) {
  const windows: { values: number[]; inPadded: number }[] = [];
  for (let row = -1; row < 6; row += 2) {
    for (let column = -1; column < 6; column += 2) {
      const cells = [0, 1, 2].flatMap((y) => [0, 1, 2].map((x) => [row + y, column + x] as const));
      const inside = cells.filter(([y, x]) => y >= 0 && x >= 0 && y < 6 && x < 6);
      const inPadded = cells.filter(([y, x]) => y <= 6 && x <= 6).length; // padding 1 ends at 6
      windows.push({ values: inside.map(([y, x]) => plane[y * 6 + x]!), inPadded });
    }
  }
  return windows;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe('operators that the registered networks do not use', () => {
  const plane = fillTensor(1, 'input', [1, 6, 6]);

  it('pools the maximum in ceil mode as PyTorch does', async () => {
    const pool = {
      kind: 'maxPool',
      id: 'pool',
      inputs: ['input'],
      ...window,
      padding: padded,
      ceilMode: true,
    } as const;
    const got = await runOne(networkOf([pool], [1, 6, 6]), plane);
    const wanted = poolWindows(plane).map(({ values }) => Math.max(...values));
    expectClose(got, wanted);
  });

  it.each([true, false])('averages in ceil mode as PyTorch does, padding counted: %s', async (countIncludePad) => {
    const base = {
      kind: 'avgPool',
      id: 'pool',
      inputs: ['input'],
      ...window,
      padding: padded,
      ceilMode: true,
    } as const;
    const got = await runOne(networkOf([{ ...base, countIncludePad }], [1, 6, 6]), plane);
    const wanted = poolWindows(plane).map(
      ({ values, inPadded }) => sum(values) / (countIncludePad ? inPadded : values.length),
    );
    expectClose(got, wanted);
  });

  it('normalises by neighbouring channels', async () => {
    const norm = { channels: 3, alpha: 0.3, beta: 0.75, k: 2 };
    const input = fillTensor(2, 'input', [5, 1, 1]);
    const network = networkOf([{ kind: 'localResponseNorm', id: 'lrn', inputs: ['input'], ...norm }], [5, 1, 1]);
    const wanted = [...input].map((value, c) => {
      const near = [...input.subarray(Math.max(c - 1, 0), c + 2)];
      return value / (2 + (0.3 / 3) * sum(near.map((x) => x * x))) ** 0.75;
    });
    expectClose(await runOne(network, input), wanted);
  });

  it('adds three maps, concatenates by channel, and knows relu and sigmoid', async () => {
    const input = fillTensor(3, 'input', [2, 2, 1]);
    const network = networkOf(
      [
        { kind: 'activation', id: 'relu', inputs: ['input'], function: 'relu' },
        { kind: 'activation', id: 'sigmoid', inputs: ['input'], function: 'sigmoid' },
        { kind: 'add', id: 'sum', inputs: ['relu', 'sigmoid', 'input'] },
        { kind: 'concat', id: 'both', inputs: ['sum', 'input'] },
      ],
      [2, 2, 1],
    );
    const added = [...input].map((x) => Math.max(x, 0) + 1 / (1 + Math.exp(-x)) + x);
    expectClose(await runOne(network, input), [...added, ...input]);
  });
});

describe('batch norm', () => {
  const norm = (input: string): NetworkNode => ({
    kind: 'batchNorm',
    id: 'bn',
    inputs: [input],
    weight: 'bn.weight',
    bias: 'bn.bias',
    runningMean: 'bn.running_mean',
    runningVariance: 'bn.running_var',
    epsilon: 1e-3,
    momentum: 0.1,
  });
  const image = fillTensor(4, 'input', [2, 3, 3]);
  const convolution = conv('conv', { input: 'input', outChannels: 2, kernel: 1, padding: valid, bias: true });

  /** The 1 x 1 convolution, then the norm, by arithmetic. */
  function expected(weights: Weights, withConv: boolean): number[] {
    const at = (name: string, index: number) => weights.get(name)!.values[index]!;
    return Array.from({ length: 18 }, (_, flat) => {
      const c = Math.floor(flat / 9);
      const pixel = [image[flat % 9]!, image[9 + (flat % 9)]!];
      const mixed = () => sum(pixel.map((x, i) => x * at('conv.weight', c * 2 + i))) + at('conv.bias', c);
      const x = withConv ? mixed() : image[flat]!;
      const deviation = Math.sqrt(at('bn.running_var', c) + 1e-3);
      return ((x - at('bn.running_mean', c)) / deviation) * at('bn.weight', c) + at('bn.bias', c);
    });
  }

  it('is merged into a convolution with bias', async () => {
    const network = networkOf([convolution, norm('conv')], [2, 3, 3]);
    expectClose(await runOne(network, image), expected(fillWeights(network), true));
  });

  it('stands alone where no convolution is before it', async () => {
    const network = networkOf([norm('input')], [2, 3, 3]);
    expectClose(await runOne(network, image), expected(fillWeights(network), false));
  });

  it('is not merged where the convolution is read by another node too', async () => {
    const both: NetworkNode = { kind: 'add', id: 'both', inputs: ['conv', 'bn'] };
    const network = networkOf([convolution, norm('conv'), both], [2, 3, 3]);
    const plain = await withSession({ network, use: { outputNode: 'conv' } }, (session) => session.run(image, 1));
    const wanted = expected(fillWeights(network), true).map((value, i) => value + plain[i]!);
    expectClose(await runOne(network, image), wanted);
  });

  it('divides by the root of epsilon alone where the running variance is zero', async () => {
    const network = networkOf([convolution, norm('conv')], [2, 3, 3]);
    const weights = new Map(fillWeights(network));
    weights.set('bn.running_var', { shape: [2], values: new Float32Array(2) });
    const got = await withSession({ network, weights }, (session) => session.run(image, 1));
    expectClose(got, expected(weights, true), 1e-4);
  });
});

describe('dense layers', () => {
  it('takes any batch, and each row alone gives the same', async () => {
    const network = networkOf([dense('fc', 'input', 3)], [4]);
    const input = fillTensor(5, 'input', [7, 4]);
    const together = await runOne(network, input, 7);
    expect(together.length).toBe(21);
    expectClose(await runOne(network, input.subarray(24, 28)), together.subarray(18, 21));
  });
});

describe('dropouts', () => {
  it('are left out, also where the output is one', async () => {
    const network = networkOf([{ kind: 'dropout', id: 'drop', inputs: ['input'], rate: 0.5 }], [3]);
    expectClose(await runOne(network, Float32Array.of(1, 2, 3)), [1, 2, 3]);
  });
});

describe('refusals', () => {
  const lenet = findNetwork('lenet5');
  const options = { outputNode: 'fc3', preprocessing: 'none', batch: 'dynamic' } as const;

  it('names a tensor that is missing', () => {
    expect(() => writeOnnx(lenet, noWeights, options)).toThrow(/'conv1.weight' is missing/);
  });

  it('names a tensor of another size', () => {
    const weights = new Map(fillWeights(lenet));
    weights.set('fc3.bias', { shape: [9], values: new Float32Array(9) });
    expect(() => writeOnnx(lenet, weights, options)).toThrow(/'fc3.bias' holds 9 values, 10 are needed/);
  });

  it('refuses colour preprocessing before a grey network', () => {
    const coloured = { ...lenet, preprocessing: findNetwork('tf_efficientnet_lite0').preprocessing };
    expect(() => writeOnnx(coloured, fillWeights(lenet), { ...options, preprocessing: 'included' })).toThrow(/LeNet-5/);
  });

  it('refuses a node that does not exist', () => {
    expect(() => writeOnnx(lenet, noWeights, { ...options, outputNode: 'fc9' })).toThrow(/no node 'fc9'/);
  });
});

describe('the file', () => {
  it('says which network, stage and preprocessing it holds', () => {
    const network = findNetwork('lenet5');
    const options = { outputNode: 'pool2', preprocessing: 'none', batch: 'dynamic' } as const;
    const bytes = writeOnnx(network, fillWeights(network), { ...options, metadata: { 'thaw.classes': '["ant"]' } });
    const text = Buffer.from(bytes).toString('latin1');
    for (const part of ['thaw.network', 'lenet5', 'thaw.stage', 'pool2', '"included":false', '["ant"]']) {
      expect(text).toContain(part);
    }
  });

  it('is the same bytes each time, without what its output does not need', () => {
    const network = findNetwork('lenet5');
    const options = { outputNode: 'pool1', preprocessing: 'none', batch: 'dynamic' } as const;
    const bytes = writeOnnx(network, fillWeights(network), options);
    expect(writeOnnx(network, fillWeights(network), options)).toEqual(bytes);
    expect(bytes.length).toBeLessThan(3000);
    expect(inferShapes(network).get('pool1')).toEqual([6, 14, 14]);
  });
});
