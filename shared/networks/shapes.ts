/** Shapes of every node of a network, and the check that its graph is well formed. */
import { AppError, assertNever } from '../contract/errors.ts';
import type { Network, NetworkNode, Padding, Shape } from './network.ts';

type WindowGeometry = {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: Padding;
  readonly dilation?: readonly [number, number];
  readonly ceilMode?: boolean;
};

/** Where a sliding window goes, in pixels. */
export type ResolvedWindow = {
  readonly outHeight: number;
  readonly outWidth: number;
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
  readonly ceilBottom: number; // by how much the last row of windows of a ceil-mode pool hangs over the padded input
  readonly ceilRight: number;
};

/**
 * Output extents and explicit paddings of a convolution or pool over [C, H, W].
 *
 * Ceil mode is PyTorch's: a last window that would start in the padding after the input is dropped.
 */
export function resolveWindow(window: WindowGeometry, inputShape: Shape): ResolvedWindow {
  const [, height, width] = inputShape as readonly [number, number, number];
  const padding = window.padding;
  const dilation = window.dilation ?? [1, 1];
  const along = (axis: 0 | 1, extent: number, pads: readonly [number, number] | null) =>
    resolveAxis({
      extent,
      kernel: (window.kernel[axis] - 1) * dilation[axis] + 1,
      stride: window.stride[axis],
      pads,
      ceil: window.ceilMode ?? false,
    });
  const rows = along(0, height, padding.kind === 'same' ? null : [padding.top, padding.bottom]);
  const columns = along(1, width, padding.kind === 'same' ? null : [padding.left, padding.right]);
  return {
    outHeight: rows.out,
    outWidth: columns.out,
    top: rows.before,
    left: columns.before,
    bottom: rows.after,
    right: columns.after,
    ceilBottom: rows.overhang,
    ceilRight: columns.overhang,
  };
}

type Axis = {
  readonly extent: number;
  readonly kernel: number; // dilated
  readonly stride: number;
  readonly pads: readonly [number, number] | null; // null: TensorFlow SAME
  readonly ceil: boolean;
};

function resolveAxis({ extent, kernel, stride, pads, ceil }: Axis) {
  if (pads === null) {
    const out = Math.ceil(extent / stride);
    const total = Math.max((out - 1) * stride + kernel - extent, 0);
    const before = Math.floor(total / 2);
    return { out, before, after: total - before, overhang: 0 };
  }
  const [before, after] = pads;
  const steps = (extent + before + after - kernel) / stride;
  let out = (ceil ? Math.ceil(steps) : Math.floor(steps)) + 1;
  if (ceil && (out - 1) * stride >= extent + before) out--;
  const overhang = Math.max((out - 1) * stride + kernel - (extent + before + after), 0);
  return { out, before, after, overhang: ceil ? overhang : 0 };
}

/**
 * The output shape of every node by id, and the network's own under 'input'; per image, without the batch.
 *
 * Throws BUG where the graph is ill formed: repeated id, input that is unknown or not yet computed, shapes that do not
 * fit, a stage or head that names no node. Networks are code of this program, so none of that is the user's doing.
 */
export function inferShapes(network: Network): ReadonlyMap<string, Shape> {
  const shapes = new Map<string, Shape>([['input', network.inputShape]]);
  for (const node of network.nodes) {
    if (shapes.has(node.id)) throw illFormed(network, node.id, 'this id is taken');
    const inputs = node.inputs.map((id) => {
      const shape = shapes.get(id);
      if (!shape) throw illFormed(network, node.id, `its input '${id}' is not computed before it`);
      return shape;
    });
    const fail = (why: string) => illFormed(network, node.id, `${why}; inputs ${JSON.stringify(inputs)}`);
    const shape = nodeShape(node, inputs, fail);
    if (!shape.every((extent) => Number.isInteger(extent) && extent > 0)) {
      throw fail(`its output would be [${shape.join(', ')}]`);
    }
    shapes.set(node.id, shape);
  }
  for (const place of [...network.stages, ...network.heads]) {
    if (!shapes.has(place.node)) throw illFormed(network, place.node, `'${place.id}' names it but it does not exist`);
  }
  return shapes;
}

function illFormed(network: Network, nodeId: string, why: string): AppError {
  return new AppError('BUG', `Network ${network.id}, node '${nodeId}': ${why}. Please report it.`);
}

type Fail = (why: string) => AppError;

function nodeShape(node: NetworkNode, inputs: readonly Shape[], fail: Fail): Shape {
  switch (node.kind) {
    case 'conv': {
      const map = featureMap(inputs, fail);
      if (map[0] % node.groups !== 0 || node.outChannels % node.groups !== 0)
        throw fail('groups do not divide channels');
      const { outHeight, outWidth } = resolveWindow(node, map);
      return [node.outChannels, outHeight, outWidth];
    }
    case 'maxPool':
    case 'avgPool': {
      const map = featureMap(inputs, fail);
      const { outHeight, outWidth } = resolveWindow(node, map);
      return [map[0], outHeight, outWidth];
    }
    case 'localResponseNorm':
      if (node.channels % 2 === 0) throw fail('an even window is not centred');
      return featureMap(inputs, fail);
    case 'batchNorm':
      return featureMap(inputs, fail);
    case 'activation':
    case 'scale':
    case 'dropout':
      return only(inputs, fail);
    case 'globalAvgPool':
      return [featureMap(inputs, fail)[0]];
    case 'adaptiveAvgPool':
      return [featureMap(inputs, fail)[0], ...node.extents];
    case 'flatten':
      return [only(inputs, fail).reduce((product, extent) => product * extent, 1)];
    case 'dense':
      if (only(inputs, fail).length !== 1) throw fail('a dense layer takes a vector');
      return [node.outFeatures];
    case 'add':
      return addShape(inputs, fail);
    case 'concat':
      return concatShape(inputs, fail);
    default:
      return assertNever(node);
  }
}

function only(inputs: readonly Shape[], fail: Fail): Shape {
  const shape = inputs[0];
  if (inputs.length !== 1 || !shape) throw fail('it takes exactly one input');
  return shape;
}

function featureMap(inputs: readonly Shape[], fail: Fail): readonly [number, number, number] {
  const shape = only(inputs, fail);
  if (shape.length !== 3) throw fail('it takes a feature map [C, H, W]');
  return shape as readonly [number, number, number];
}

function addShape(inputs: readonly Shape[], fail: Fail): Shape {
  const first = inputs[0];
  if (inputs.length < 2 || !first) throw fail('it takes two or more inputs');
  if (inputs.some((shape) => shape.join() !== first.join())) throw fail('its inputs differ in shape');
  return first;
}

function concatShape(inputs: readonly Shape[], fail: Fail): Shape {
  const first = inputs[0];
  if (inputs.length < 2 || !first) throw fail('it takes two or more inputs');
  if (inputs.some((shape) => shape.slice(1).join() !== first.slice(1).join()))
    throw fail('its inputs differ in extent');
  return [inputs.reduce((channels, shape) => channels + (shape[0] ?? 0), 0), ...first.slice(1)];
}
