/** VGG: stacks of 3x3 convolutions, with and without batch norm. Names are torchvision's; every pool ends a stage. */
import {
  activation,
  batchNorm,
  conv,
  dense,
  imageNetPreprocessing,
  keeping,
  maxPool,
  torchvisionWeights,
} from './builder.ts';
import type { Accuracy, Network, NetworkNode, Stage } from './network.ts';

const moments = { epsilon: 1e-5, momentum: 0.1 } as const;
const widths = [64, 128, 256, 512, 512] as const;

type VggPlan = {
  readonly depth: 11 | 13 | 16 | 19;
  readonly norms: boolean;
  readonly repeats: readonly [number, number, number, number, number]; // convolutions before each pool
  readonly accuracy: Pick<Accuracy, 'top1'> & { readonly top5: number };
};

/** torchvision numbers the layers of `features` through. */
function features({ norms, repeats }: VggPlan): { readonly nodes: NetworkNode[]; readonly stages: Stage[] } {
  const nodes: NetworkNode[] = [];
  const stages: Stage[] = [];
  let [index, last] = [0, 'input'];
  const add = (make: (id: string, input: string) => NetworkNode): void => {
    const id = `features.${index}`;
    nodes.push(make(id, last));
    [index, last] = [index + 1, id];
  };
  for (const [block, count] of repeats.entries()) {
    for (let repeat = 0; repeat < count; repeat += 1) {
      const plan = { outChannels: widths[block]!, kernel: 3, padding: keeping(3), bias: true };
      add((id, input) => conv(id, { input, ...plan }));
      if (norms) add((id, input) => batchNorm(id, input, moments));
      add((id, input) => activation(id, input, 'relu'));
    }
    add((id, input) => maxPool(id, input, { kernel: 2, stride: 2 }));
    stages.push({ id: `block${block + 1}`, node: last, title: `Block ${block + 1}` });
  }
  return { nodes, stages };
}

/** torchvision's adaptive pool to 7 x 7 is left out: at 224 pixels it is the identity. */
function classifier(input: string): NetworkNode[] {
  return [
    { kind: 'flatten', id: 'flatten', inputs: [input] },
    dense('classifier.0', 'flatten', 4096),
    activation('classifier.1', 'classifier.0', 'relu'),
    { kind: 'dropout', id: 'classifier.2', inputs: ['classifier.1'], rate: 0.5 },
    dense('classifier.3', 'classifier.2', 4096),
    activation('classifier.4', 'classifier.3', 'relu'),
    { kind: 'dropout', id: 'classifier.5', inputs: ['classifier.4'], rate: 0.5 },
    dense('classifier.6', 'classifier.5', 1000),
  ];
}

/** 3 x 224 x 224 -> 1000 classes. */
function vgg(plan: VggPlan): Network {
  const { nodes, stages } = features(plan);
  return {
    id: `vgg${plan.depth}${plan.norms ? '_bn' : ''}`,
    title: `VGG-${plan.depth}${plan.norms ? ' with batch norm' : ''}`,
    paper:
      'Simonyan and Zisserman 2014, Very deep convolutional networks for large-scale image recognition, arXiv:1409.1556',
    published: {
      recipe:
        'Momentum 0.9, rate 0.01 divided by 10 three times, weight decay 0.0005, batches of 256, 74 epochs, dropout 0.5; ' +
        'the shorter side at 256 to 512 pixels (sec. 3.1); torchvision: 90 epochs, divided every 30',
      accuracy: { ...plan.accuracy, source: 'torchvision, IMAGENET1K_V1' },
      weights: torchvisionWeights,
    },
    inputShape: [3, 224, 224],
    nodes: [...nodes, ...classifier(nodes.at(-1)!.id)],
    stages: [
      { id: 'input', node: 'input', title: 'Image' },
      ...stages,
      { id: 'fc6', node: 'classifier.1', title: 'Dense 6' },
      { id: 'fc7', node: 'classifier.4', title: 'Dense 7' },
    ],
    heads: [{ id: 'classifier', node: 'classifier.6', lossWeight: 1 }],
    preprocessing: imageNetPreprocessing,
  };
}

const [a, b, d, e] = [
  [1, 1, 2, 2, 2],
  [2, 2, 2, 2, 2],
  [2, 2, 3, 3, 3],
  [2, 2, 4, 4, 4],
] as const; // the paper's columns

/** 132.9 million parameters, 7.61 billion multiplications. */
export const vgg11 = (): Network =>
  vgg({ depth: 11, norms: false, repeats: a, accuracy: { top1: 69.02, top5: 88.628 } });
/** 133.0 million parameters, 11.3 billion multiplications. */
export const vgg13 = (): Network =>
  vgg({ depth: 13, norms: false, repeats: b, accuracy: { top1: 69.928, top5: 89.246 } });
/** 138.4 million parameters, 15.5 billion multiplications. */
export const vgg16 = (): Network =>
  vgg({ depth: 16, norms: false, repeats: d, accuracy: { top1: 71.592, top5: 90.382 } });
/** 143.7 million parameters, 19.6 billion multiplications. */
export const vgg19 = (): Network =>
  vgg({ depth: 19, norms: false, repeats: e, accuracy: { top1: 72.376, top5: 90.876 } });
/** VGG-11 with a batch norm after every convolution. */
export const vgg11Norm = (): Network =>
  vgg({ depth: 11, norms: true, repeats: a, accuracy: { top1: 70.37, top5: 89.81 } });
/** VGG-13 with a batch norm after every convolution. */
export const vgg13Norm = (): Network =>
  vgg({ depth: 13, norms: true, repeats: b, accuracy: { top1: 71.586, top5: 90.374 } });
/** VGG-16 with a batch norm after every convolution. */
export const vgg16Norm = (): Network =>
  vgg({ depth: 16, norms: true, repeats: d, accuracy: { top1: 73.36, top5: 91.516 } });
/** VGG-19 with a batch norm after every convolution. */
export const vgg19Norm = (): Network =>
  vgg({ depth: 19, norms: true, repeats: e, accuracy: { top1: 74.218, top5: 91.842 } });
