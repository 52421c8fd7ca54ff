/**
 * The network as data: a graph of a closed set of node kinds, in topological order.
 *
 * Shapes are per image, without the batch: [C, H, W] for feature maps, [D] for vectors.
 * Parameter names are those of the torchvision or timm state dict; conv weights are OIHW (I = in / groups),
 * dense weights [out, in].
 */
export type Shape = readonly number[];

export type Padding =
  | { readonly kind: 'same' } // TensorFlow SAME: total = max((ceil(n / s) - 1) * s + k - n, 0), before = floor(total / 2)
  | {
      readonly kind: 'explicit';
      readonly top: number;
      readonly left: number;
      readonly bottom: number;
      readonly right: number;
    };

export type ActivationFunction = 'relu' | 'relu6' | 'tanh' | 'sigmoid';

type Base = { readonly id: string; readonly inputs: readonly string[] }; // inputs: node ids, or 'input'
type Window = {
  readonly kernel: readonly [number, number]; // height, width
  readonly stride: readonly [number, number];
  readonly padding: Padding;
};

export type ConvNode = Base &
  Window & {
    readonly kind: 'conv';
    readonly outChannels: number;
    readonly groups: number;
    readonly dilation: readonly [number, number];
    readonly weight: string;
    readonly bias: string | null;
  };
export type BatchNormNode = Base & {
  readonly kind: 'batchNorm';
  readonly weight: string;
  readonly bias: string;
  readonly runningMean: string;
  readonly runningVariance: string;
  readonly epsilon: number;
  readonly momentum: number; // PyTorch's: new = (1 - momentum) * old + momentum * batch
};
export type ActivationNode = Base & { readonly kind: 'activation'; readonly function: ActivationFunction };
export type MaxPoolNode = Base & Window & { readonly kind: 'maxPool'; readonly ceilMode: boolean };
export type AvgPoolNode = Base &
  Window & { readonly kind: 'avgPool'; readonly ceilMode: boolean; readonly countIncludePad: boolean };
export type GlobalAvgPoolNode = Base & { readonly kind: 'globalAvgPool' }; // [C, H, W] -> [C]
/**
 * [C, H, W] -> [C, rows, columns]: row i is the mean of the rows from floor(i * H / rows) up to ceil((i + 1) * H / rows),
 * columns alike. Steps may differ by a pixel, so it is no average pool; alone GoogLeNet's auxiliary heads need it.
 */
export type AdaptiveAvgPoolNode = Base & {
  readonly kind: 'adaptiveAvgPool';
  readonly extents: readonly [number, number];
};
export type ScaleNode = Base & { readonly kind: 'scale'; readonly factor: number }; // times a constant
export type AddNode = Base & { readonly kind: 'add' };
export type ConcatNode = Base & { readonly kind: 'concat' }; // by channel
export type LocalResponseNormNode = Base & {
  readonly kind: 'localResponseNorm';
  readonly channels: number; // window size in channels
  readonly alpha: number; // PyTorch's: divided by the window size
  readonly beta: number;
  readonly k: number;
};
export type DropoutNode = Base & { readonly kind: 'dropout'; readonly rate: number };
export type FlattenNode = Base & { readonly kind: 'flatten' }; // [C, H, W] -> [C * H * W], channel-major
export type DenseNode = Base & {
  readonly kind: 'dense';
  readonly outFeatures: number;
  readonly weight: string;
  readonly bias: string | null;
};

export type NetworkNode =
  | ConvNode
  | BatchNormNode
  | ActivationNode
  | MaxPoolNode
  | AvgPoolNode
  | GlobalAvgPoolNode
  | AdaptiveAvgPoolNode
  | ScaleNode
  | AddNode
  | ConcatNode
  | LocalResponseNormNode
  | DropoutNode
  | FlattenNode
  | DenseNode;
export type NodeKind = NetworkNode['kind'];

/** A place where exactly one tensor crosses: the only possible cuts. `node` is the node whose output crosses. */
export type Stage = { readonly id: string; readonly node: string; readonly title: string };

/** A classifier: main, or auxiliary (its loss weighted by `lossWeight` in training, not run in inference). */
export type Head = { readonly id: string; readonly node: string; readonly lossWeight: number };

export type Preprocessing = {
  readonly resizeShortSide: number; // antialiased bicubic, before the crop
  readonly cropSize: number;
  readonly interpolation: 'bicubic';
  readonly mean: readonly [number, number, number]; // of value / 255
  readonly standardDeviation: readonly [number, number, number];
  readonly isGrey?: true; // one plane: the weighted sum of the three (ITU-R BT.601)
};

/** What was published about a network: how it was trained, how good it was then, and where its weights come from. */
export type Published = {
  readonly recipe: string; // of the paper, or of those weights where they were trained otherwise
  readonly accuracy: Accuracy | null; // null: none was published for ImageNet
  readonly weights: { readonly source: string; readonly licence: string } | null; // null: none that names fit
};

/** On the 50,000 validation images of ImageNet 2012, one centre crop, in percent. */
export type Accuracy = { readonly top1: number; readonly top5: number | null; readonly source: string };

export type Network = {
  readonly id: string; // timm or torchvision name, for example 'tf_efficientnet_lite0'
  readonly title: string;
  readonly paper: string;
  readonly published?: Published; // of every row of the registry
  readonly inputShape: Shape;
  readonly nodes: readonly NetworkNode[];
  readonly stages: readonly Stage[]; // in order, the input itself ('input') first, the last one feeds the main classifier
  readonly heads: readonly Head[]; // main first
  readonly preprocessing: Preprocessing;
  readonly startsAtZero?: readonly string[]; // tensors that are zero before a training from scratch, whatever their kind
};

/** Named float32 tensors, row-major, as in the state dict. */
export type NamedTensor = { readonly shape: Shape; readonly values: Float32Array };
export type Weights = ReadonlyMap<string, NamedTensor>;
