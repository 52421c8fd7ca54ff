/** Networks as Keras ships them, where its weights need another preprocessing or another arithmetic than torchvision's. */
import { caffePreprocessing, kerasWeights } from './builder.ts';
import { inceptionV3 } from './inception-v3.ts';
import type { Network, NetworkNode } from './network.ts';
import { type StackPlan, stackedNetwork } from './resnet.ts';
import { vgg16, vgg19 } from './vgg.ts';

const source = "Keras' table of applications";

function kerasVgg(network: Network, [top1, top5]: readonly [number, number]): Network {
  const accuracy = { top1, top5, source };
  const weights = { source: "Keras' applications, the Oxford group's", licence: 'CC-BY-4.0' };
  const { recipe } = network.published!;
  return {
    ...network,
    ...{ id: `keras_${network.id}`, title: `${network.title} (Keras)`, preprocessing: caffePreprocessing },
    published: { recipe, accuracy, weights },
  };
}

/** The first form of the paper: a bottleneck strides in its first convolution, and convolutions have biases. */
function kerasResnet(depth: number, repeats: StackPlan['repeats'], [top1, top5]: readonly [number, number]): Network {
  const network = stackedNetwork({
    ...{ id: `keras_resnet${depth}`, title: `ResNet-${depth} (Keras)`, block: 'bottleneck', repeats },
    ...{ style: { moments: { epsilon: 1.001e-5, momentum: 0.01 }, bias: true }, stridesFirst: true },
    accuracy: { top1, top5, source },
    weights: { source: "Keras' applications, the authors' own", licence: 'MIT' },
  });
  return { ...network, preprocessing: caffePreprocessing };
}

export const kerasVgg16 = (): Network => kerasVgg(vgg16(), [71.3, 90.1]);
export const kerasVgg19 = (): Network => kerasVgg(vgg19(), [71.3, 90.0]);
export const kerasResnet50 = (): Network => kerasResnet(50, [3, 4, 6, 3], [74.9, 92.1]);
export const kerasResnet101 = (): Network => kerasResnet(101, [3, 4, 23, 3], [76.4, 92.8]);
export const kerasResnet152 = (): Network => kerasResnet(152, [3, 8, 36, 3], [76.6, 93.1]);

const kerasMomentum = 0.01;

/** Without the side branch; average pools leave the padding out, as TensorFlow's do. */
export function kerasInceptionV3(): Network {
  const network = inceptionV3();
  const change = (node: NetworkNode): NetworkNode => {
    if (node.kind === 'batchNorm') return { ...node, momentum: kerasMomentum };
    return node.kind === 'avgPool' ? { ...node, countIncludePad: false } : node;
  };
  return {
    ...network,
    ...{ id: 'keras_inception_v3', title: `${network.title} (Keras)`, heads: network.heads.slice(0, 1) },
    published: {
      recipe: network.published!.recipe,
      accuracy: { top1: 77.9, top5: 93.7, source },
      weights: kerasWeights,
    },
    nodes: network.nodes.filter(({ id }) => !id.startsWith('AuxLogits')).map(change),
  };
}
