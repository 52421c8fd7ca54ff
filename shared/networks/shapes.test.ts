import { describe, expect, it } from 'vitest';
import { activation, batchNorm, conv, dense, valid } from './builder.ts';
import { lenet5 } from './lenet.ts';
import type { Network, NetworkNode, Shape } from './network.ts';
import { inferShapes, resolveWindow } from './shapes.ts';

function networkOf(nodes: readonly NetworkNode[], inputShape: Shape = [3, 8, 8]): Network {
  return { ...lenet5(), id: 'test', inputShape, nodes, stages: [], heads: [] };
}

const same = { kind: 'same' } as const;
const square = (kernel: number, stride: number) =>
  ({ kernel: [kernel, kernel], stride: [stride, stride], padding: same }) as const;

describe('resolveWindow', () => {
  it('puts the extra row and column of SAME padding after the input, at even sizes and stride 2', () => {
    const window = resolveWindow(square(3, 2), [1, 224, 224]);
    expect(window).toMatchObject({ outHeight: 112, outWidth: 112, top: 0, left: 0, bottom: 1, right: 1 });
  });

  it('pads SAME evenly at odd sizes and stride 2', () => {
    const window = resolveWindow(square(5, 2), [1, 7, 9]);
    expect(window).toMatchObject({ outHeight: 4, outWidth: 5, top: 2, left: 2, bottom: 2, right: 2 });
  });

  it('needs no SAME padding where the stride exceeds the kernel', () => {
    expect(resolveWindow(square(1, 2), [1, 8, 8])).toMatchObject({ outHeight: 4, top: 0, bottom: 0 });
  });

  it('reckons with dilation', () => {
    const window = { ...square(3, 1), padding: valid, dilation: [2, 3] } as const;
    expect(resolveWindow(window, [1, 10, 10])).toMatchObject({ outHeight: 6, outWidth: 4 });
  });

  it('lets the last window of a ceil-mode pool hang over, unless it would start in the padding', () => {
    const pool = { ...square(3, 2), padding: valid, ceilMode: true };
    expect(resolveWindow(pool, [1, 112, 7])).toMatchObject({ outHeight: 56, ceilBottom: 1, outWidth: 3, ceilRight: 0 });
    const padding = { kind: 'explicit', top: 1, left: 1, bottom: 1, right: 1 } as const;
    const small = { ...square(2, 3), padding, ceilMode: true };
    expect(resolveWindow(small, [1, 5, 5])).toMatchObject({ outHeight: 2, ceilBottom: 0 });
  });
});

describe('inferShapes', () => {
  it('follows LeNet-5 as its paper does', () => {
    const shapes = inferShapes(lenet5());
    expect(shapes.get('input')).toEqual([1, 32, 32]);
    expect(shapes.get('conv1')).toEqual([6, 28, 28]);
    expect(shapes.get('pool2')).toEqual([16, 5, 5]);
    expect(shapes.get('flatten')).toEqual([400]);
    expect(shapes.get('fc3')).toEqual([10]);
  });

  it('adds channels up when it concatenates', () => {
    const wide = conv('wide', { input: 'input', outChannels: 5, kernel: 1, padding: valid, bias: false });
    const nodes: NetworkNode[] = [wide, { kind: 'concat', id: 'both', inputs: ['input', 'wide'] }];
    expect(inferShapes(networkOf(nodes)).get('both')).toEqual([8, 8, 8]);
  });

  it('gives an adaptive pool the extents it asks for', () => {
    const pool: NetworkNode = { kind: 'adaptiveAvgPool', id: 'pool', inputs: ['input'], extents: [4, 3] };
    expect(inferShapes(networkOf([pool])).get('pool')).toEqual([3, 4, 3]);
  });

  const pointwise = (groups: number) =>
    conv('c', { input: 'input', outChannels: 4, kernel: 1, padding: valid, bias: false, groups });
  const illFormed: [string, NetworkNode[], RegExp][] = [
    [
      'an input that comes later',
      [activation('a', 'b', 'relu'), activation('b', 'input', 'relu')],
      /'b' is not computed/,
    ],
    ['a repeated id', [activation('a', 'input', 'relu'), activation('a', 'input', 'relu')], /'a': this id is taken/],
    ['a node called input', [activation('input', 'input', 'relu')], /'input': this id is taken/],
    ['groups that do not divide the channels', [pointwise(2)], /groups/],
    [
      'a batch norm on a vector',
      [
        { kind: 'globalAvgPool', id: 'pool', inputs: ['input'] },
        batchNorm('norm', 'pool', { epsilon: 1e-5, momentum: 0.1 }),
      ],
      /feature map/,
    ],
    ['a dense layer on a feature map', [dense('fc', 'input', 2)], /vector/],
    [
      'a sum of different shapes',
      [pointwise(1), { kind: 'add', id: 's', inputs: ['c', 'input'] }],
      /'s': its inputs differ in shape/,
    ],
    [
      'a kernel larger than the image',
      [conv('c', { input: 'input', outChannels: 1, kernel: 9, padding: valid, bias: false })],
      /its output would be \[1, 0, 0\]/,
    ],
    [
      'an activation of two inputs',
      [{ ...activation('a', 'input', 'relu'), inputs: ['input', 'input'] }],
      /exactly one/,
    ],
  ];
  it.each(illFormed)('refuses %s', (_what, nodes, message) => {
    expect(() => inferShapes(networkOf(nodes))).toThrow(message);
  });

  it('refuses a stage that names no node', () => {
    const network = { ...networkOf([]), stages: [{ id: 'lost', node: 'nowhere', title: '' }] };
    expect(() => inferShapes(network)).toThrow(/'nowhere': 'lost' names it/);
  });
});
