/** Whose names a file may use: for each network, its own, and those of other libraries. A row here is under test by that alone. */
import type { Network } from '../../../../shared/networks/network.ts';
import { listParameters } from '../../../../shared/networks/parameters.ts';
import { kerasNames } from './keras-names.ts';
import type { Layout, WantedTensor } from './wanted.ts';

export type NameTable = {
  readonly title: string;
  readonly wanted: readonly WantedTensor[];
  readonly implied: readonly string[]; // ours that such a file leaves out, since all of it is 1
};

const same: Layout = { kind: 'same' };

/**
 * The ways in which a file can name this network's tensors; the network's own names first. Keras' networks have torchvision's names
 * as their own, under which a file is of torchvision's network: theirs are known by Keras' names alone. `fileNames`: the names in the
 * file, for layers that are numbered from anywhere.
 */
export function nameTables(network: Network, fileNames: readonly string[] = []): NameTable[] {
  const own = listParameters(network).map(({ name, shape }) => ({ name, shape, theirs: name, layout: same }));
  const others = [timmMobileNet, timmVgg].flatMap((make) => make(network, own) ?? []);
  const named = kerasNames(network, fileNames);
  const keras = named === null ? [] : [{ title: 'Keras', ...named }];
  return network.id.startsWith('keras_') ? keras : [{ title: 'own', wanted: own, implied: [] }, ...others, ...keras];
}

type MakeTable = (network: Network, own: readonly WantedTensor[]) => NameTable | null;

/** mobilenetv2_100: timm numbers blocks within stages, and names layers by what they do. */
const timmMobileNet: MakeTable = (network, own) => {
  if (network.id !== 'mobilenet_v2') return null;
  const wanted = own.map((tensor) => ({ ...tensor, theirs: timmMobileNetName(tensor.name) }));
  return { title: 'timm', wanted, implied: [] };
};

const mobileNetRepeats = [1, 2, 3, 4, 3, 3, 1] as const;

/** Layers inside a block, by their place in torchvision's sequence; the first block has no expansion. */
const firstBlock: Readonly<Record<string, string>> = { '0.0': 'conv_dw', '0.1': 'bn1', '1': 'conv_pw', '2': 'bn2' };
const laterBlocks: Readonly<Record<string, string>> = {
  ...{ '0.0': 'conv_pw', '0.1': 'bn1', '1.0': 'conv_dw', '1.1': 'bn2', '2': 'conv_pwl', '3': 'bn3' },
};

function timmMobileNetName(name: string): string {
  const at = name.lastIndexOf('.');
  const [layer, kind] = [name.slice(0, at), name.slice(at)];
  const ends: Readonly<Record<string, string>> = {
    ...{ 'features.0.0': 'conv_stem', 'features.0.1': 'bn1', 'features.18.0': 'conv_head', 'features.18.1': 'bn2' },
    'classifier.1': 'classifier',
  };
  if (Object.hasOwn(ends, layer)) return `${ends[layer]}${kind}`;
  const [, number = '', inner = ''] = /^features\.(\d+)\.conv\.(.+)$/.exec(layer) ?? [];
  let [stage, block] = [0, Number(number) - 1];
  while (block >= (mobileNetRepeats[stage] ?? Number.POSITIVE_INFINITY)) {
    block -= mobileNetRepeats[stage]!;
    stage += 1;
  }
  return `blocks.${stage}.${block}.${(number === '1' ? firstBlock : laterBlocks)[inner]}${kind}`;
}

/** timm's VGG has its dense layers as convolutions. */
const timmVgg: MakeTable = (network, own) => {
  if (!/^vgg\d+(_bn)?$/.test(network.id)) return null;
  const layers: Readonly<Record<string, readonly [name: string, side: number]>> = {
    ...{ 'classifier.0': ['pre_logits.fc1', 7], 'classifier.3': ['pre_logits.fc2', 1] },
    'classifier.6': ['head.fc', 0],
  };
  const wanted = own.map((tensor) => {
    const [layer, kind] = [tensor.name.slice(0, tensor.name.lastIndexOf('.')), tensor.name.split('.').at(-1)];
    const [theirs, side] = layers[layer] ?? [layer, 0];
    const [rows = 0, columns = 0] = tensor.shape;
    const isConvolution = side > 0 && kind === 'weight';
    const layout: Layout = isConvolution
      ? { kind: 'reshaped', from: [rows, columns / (side * side), side, side] }
      : tensor.layout;
    return { ...tensor, theirs: `${theirs}.${kind}`, layout };
  });
  return { title: 'timm', wanted, implied: [] };
};
