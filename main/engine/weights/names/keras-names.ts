/** Keras' names of the networks that Keras ships in the very form that is in the registry; null for the others. */
import type {
  BatchNormNode,
  ConvNode,
  DenseNode,
  Network,
  NetworkNode,
  Shape,
} from '../../../../shared/networks/network.ts';
import { inferShapes } from '../../../../shared/networks/shapes.ts';
import type { Layout, WantedTensor } from './wanted.ts';

type LayerName = (node: NetworkNode) => string | null;
type KerasTable = { readonly wanted: readonly WantedTensor[]; readonly implied: readonly string[] };

type FileNames = readonly string[];

const layerNames: Readonly<Record<string, (network: Network, names: FileNames) => LayerName>> = {
  keras_vgg16: () => vggLayers([2, 2, 3, 3, 3]),
  keras_vgg19: () => vggLayers([2, 2, 4, 4, 4]),
  keras_mobilenet_v2: () => mobileNetLayer,
  keras_resnet50: () => resnetLayer,
  keras_resnet101: () => resnetLayer,
  keras_resnet152: () => resnetLayer,
  keras_inception_v3: inceptionLayers,
  inception_resnet_v2: inceptionLayers,
};

/** These leave gamma out (`scale=False`): it is 1. */
const withoutGamma: ReadonlySet<string> = new Set(['keras_inception_v3', 'inception_resnet_v2']);

/**
 * Every tensor of the network under Keras' name `layer/variable`, as a file with these names numbers its layers; null for a
 * network that has no such names. `implied`: what such a file leaves out, since all of it is 1.
 */
export function kerasNames(network: Network, names: FileNames): KerasTable | null {
  const makeNames = Object.hasOwn(layerNames, network.id) ? layerNames[network.id] : undefined;
  if (makeNames === undefined) return null;
  const nameOf = makeNames(network, names);
  const shapes = inferShapes(network);
  const implied = withoutGamma.has(network.id)
    ? network.nodes.flatMap((node) => (node.kind === 'batchNorm' ? [node.weight] : []))
    : [];
  const wanted = network.nodes.flatMap((node) => {
    const layer = nameOf(node);
    const input = shapes.get(node.inputs[0]!)!;
    if (layer === null) return [];
    if (node.kind === 'conv') return convTensors(node, layer, input);
    if (node.kind === 'batchNorm') return normTensors(node, layer, input);
    return node.kind === 'dense' ? denseTensors(node, layer, { network, shapes }) : [];
  });
  return { wanted: wanted.filter(({ name }) => !implied.includes(name)), implied };
}

const same: Layout = { kind: 'same' };

function convTensors(node: ConvNode, layer: string, input: Shape): WantedTensor[] {
  const shape = [node.outChannels, input[0]! / node.groups, ...node.kernel];
  const isDepthwise = node.groups > 1;
  const isFirst = node.inputs[0] === 'input';
  const layout: Layout = isDepthwise ? { kind: 'depthwise' } : { kind: 'hwio', flipped: isFirst && isBlueFirst(layer) };
  const weight = { name: node.weight, shape, theirs: `${layer}/kernel`, layout };
  const bias = { shape: [node.outChannels], theirs: `${layer}/bias`, layout: same };
  return node.bias === null ? [weight] : [weight, { ...bias, name: node.bias }];
}

/** Keras' VGG and ResNet come from Caffe: they take blue, green, red. */
const isBlueFirst = (layer: string): boolean => layer === 'block1_conv1' || layer === 'conv1_conv';

function normTensors(node: BatchNormNode, layer: string, input: Shape): WantedTensor[] {
  const tensor = (name: string, variable: string): WantedTensor => ({
    ...{ name, shape: [input[0]!], theirs: `${layer}/${variable}`, layout: same },
  });
  return [
    tensor(node.weight, 'gamma'),
    tensor(node.bias, 'beta'),
    tensor(node.runningMean, 'moving_mean'),
    tensor(node.runningVariance, 'moving_variance'),
  ];
}

type Around = { readonly network: Network; readonly shapes: ReadonlyMap<string, Shape> };

function denseTensors(node: DenseNode, layer: string, { network, shapes }: Around): WantedTensor[] {
  const before = network.nodes.find(({ id }) => id === node.inputs[0]);
  const map = before?.kind === 'flatten' ? shapes.get(before.inputs[0]!) : undefined;
  const [c = 0, h = 0, w = 0] = map ?? [];
  const shape = [node.outFeatures, shapes.get(node.inputs[0]!)![0]!];
  const layout: Layout = { kind: 'transposed', map: map === undefined ? null : [h, w, c] };
  const weight = { name: node.weight, shape, theirs: `${layer}/kernel`, layout };
  const bias = { shape: [node.outFeatures], theirs: `${layer}/bias`, layout: same };
  return node.bias === null ? [weight] : [weight, { ...bias, name: node.bias }];
}

/** block1_conv1, ..., fc1, fc2, predictions: in the order of the convolutions and dense layers. */
function vggLayers(repeats: readonly number[]): LayerName {
  const convolutions = repeats.flatMap((count, block) =>
    Array.from({ length: count }, (_, index) => `block${block + 1}_conv${index + 1}`),
  );
  const features = new Map<string, string>();
  let index = 0;
  for (const [block, count] of repeats.entries()) {
    for (let repeat = 0; repeat < count; repeat += 1) {
      features.set(`features.${index}`, convolutions[features.size] ?? `block${block}`);
      index += 2; // its ReLU
    }
    index += 1; // the pool
  }
  const dense = new Map([
    ['classifier.0', 'fc1'],
    ['classifier.3', 'fc2'],
    ['classifier.6', 'predictions'],
  ]);
  return ({ id }) => features.get(id) ?? dense.get(id) ?? null;
}

/** Conv1, expanded_conv_depthwise, block_1_expand, ..., Conv_1, predictions. */
function mobileNetLayer({ id }: NetworkNode): string | null {
  const ends: Readonly<Record<string, string>> = {
    ...{ 'features.0.0': 'Conv1', 'features.0.1': 'bn_Conv1', 'features.18.0': 'Conv_1', 'features.18.1': 'Conv_1_bn' },
    'classifier.1': 'predictions',
  };
  if (Object.hasOwn(ends, id)) return ends[id] ?? null;
  const [, number = '', inner = ''] = /^features\.(\d+)\.conv\.(.+)$/.exec(id) ?? [];
  const layers: Readonly<Record<string, string>> =
    number === '1'
      ? { '0.0': 'depthwise', '0.1': 'depthwise_BN', '1': 'project', '2': 'project_BN' }
      : {
          ...{ '0.0': 'expand', '0.1': 'expand_BN', '1.0': 'depthwise', '1.1': 'depthwise_BN' },
          ...{ '2': 'project', '3': 'project_BN' },
        };
  const layer = Object.hasOwn(layers, inner) ? layers[inner] : undefined;
  if (layer === undefined) return null;
  return number === '1' ? `expanded_conv_${layer}` : `block_${Number(number) - 1}_${layer}`;
}

/** conv1_conv, conv1_bn, conv2_block1_1_conv, ..., conv2_block1_0_conv for a shortcut, predictions. */
function resnetLayer({ id }: NetworkNode): string | null {
  const ends: Readonly<Record<string, string>> = { conv1: 'conv1_conv', bn1: 'conv1_bn', fc: 'predictions' };
  if (Object.hasOwn(ends, id)) return ends[id] ?? null;
  const [, layer, index, inner] = /^layer(\d)\.(\d+)\.(conv\d|bn\d|downsample\.[01])$/.exec(id) ?? [];
  if (layer === undefined || index === undefined || inner === undefined) return null;
  const block = `conv${Number(layer) + 1}_block${Number(index) + 1}`;
  if (inner.startsWith('downsample')) return `${block}_0_${inner.endsWith('0') ? 'conv' : 'bn'}`;
  return `${block}_${inner.at(-1)}_${inner.startsWith('conv') ? 'conv' : 'bn'}`;
}

/**
 * conv2d, conv2d_1, ... and batch_normalization, ... in the order of the network, but for the widening convolutions and the last
 * one of Inception-ResNet, which have names. Keras counts on from what it made before in the same session.
 */
function inceptionLayers(network: Network, fileNames: FileNames): LayerName {
  const from = { conv2d: leastNumber('conv2d', fileNames), norm: leastNumber('batch_normalization', fileNames) };
  const numbered = (kind: string, number: number): string => (number === 0 ? kind : `${kind}_${number}`);
  const names = new Map<string, string>();
  let count = 0;
  for (const { id, kind } of network.nodes) {
    if (kind === 'dense') names.set(id, 'predictions');
    if (kind !== 'conv') continue;
    const own = ownInceptionName(id);
    const norm = `${id.slice(0, -'.conv'.length)}.bn`;
    if (own !== null) names.set(id, own).set(norm, `${own}_bn`);
    else {
      names.set(id, numbered('conv2d', from.conv2d + count));
      names.set(norm, numbered('batch_normalization', from.norm + count));
      count += 1;
    }
  }
  return ({ id }) => names.get(id) ?? null;
}

/** Of the layers `kind`, `kind_1`, ... that have variables in the file; 0 where there are none. */
function leastNumber(kind: string, fileNames: FileNames): number {
  const form = new RegExp(`(?:^|[./])${kind}(?:_(\\d{1,6}))?/[a-z_]+$`);
  const found = fileNames.flatMap((name) => {
    const match = form.exec(name);
    return match === null ? [] : [Number(match[1] ?? 0)];
  });
  return found.reduce((least, number) => Math.min(least, number), found[0] ?? 0);
}

/** repeat.0.conv2d is block35_1_conv; the last block is the tenth of its kind. */
function ownInceptionName(id: string): string | null {
  if (id === 'conv2d_7b.conv') return 'conv_7b';
  if (id === 'block8.conv2d') return 'block8_10_conv';
  const [, group, index] = /^(repeat(?:_\d)?)\.(\d+)\.conv2d$/.exec(id) ?? [];
  if (group === undefined) return null;
  return `${{ repeat: 'block35', repeat_1: 'block17' }[group] ?? 'block8'}_${Number(index) + 1}_conv`;
}
