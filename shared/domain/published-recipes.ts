/** Hyperparameters as they were published, as recipes. A row added here is under test by that alone. */
import { AppError } from '../contract/errors.ts';
import { Recipe } from './recipe.ts';

export type Source = {
  readonly authors: string;
  readonly year: number;
  readonly work: string; // title
  readonly reference: string; // 'arXiv:1512.03385', or where else it appeared
  readonly section: string;
};
export type PublishedRecipe = {
  readonly title: string;
  readonly purpose: 'from-scratch' | 'fine-tuning';
  readonly source: Source;
  /** What the source does otherwise or leaves open; '' where the recipe is all of it. Augmentation is never part of it. */
  readonly differences: string;
  readonly recipe: Recipe;
};

/** What none of them had; weight decay never reaches biases and norms here, whatever the source did. */
const plain = { patience: null, labelSmoothing: 0, warmUpFraction: 0 } as const;
const momentum = { ...plain, optimizer: 'sgd', momentum: 0.9, nesterov: false } as const;
const onPlateau = 'The source lowers the rate when the validation error stops falling; here at even distances.';

const fromScratch: Readonly<Record<string, PublishedRecipe>> = {
  'lenet-1998': {
    title: 'LeNet-5',
    purpose: 'from-scratch',
    source: {
      authors: 'LeCun, Bottou, Bengio and Haffner',
      year: 1998,
      work: 'Gradient-based learning applied to document recognition',
      reference: 'Proceedings of the IEEE 86(11)',
      section: 'III.B',
    },
    differences:
      'The source scales the rate of each weight by an estimate of curvature (stochastic diagonal Levenberg-Marquardt), which is not here: the rates are its global ones, from 0.0005 to 0.00001, times 20.',
    recipe: Recipe.parse({
      ...{ ...momentum, momentum: 0, schedule: 'step', learningRate: 0.01, stepEpochs: 4, stepFactor: 0.4, epochs: 20 },
      ...{ batchSize: 1, weightDecay: 0 },
    }),
  },
  'nin-2013': {
    title: 'Network in network',
    purpose: 'from-scratch',
    source: {
      authors: 'Lin, Chen and Yan',
      year: 2013,
      work: 'Network in network',
      reference: 'arXiv:1312.4400',
      section: "4; for ImageNet the solver of Caffe's model zoo",
    },
    differences: 'Falls every 200,000 of 450,000 batches of 64, here in epochs of the 1.28 million photos of ImageNet.',
    recipe: Recipe.parse({
      ...momentum,
      ...{ schedule: 'step', learningRate: 0.01, stepEpochs: 10, stepFactor: 0.1, epochs: 22 },
      ...{ batchSize: 64, weightDecay: 5e-4, dropout: true },
    }),
  },
  'alexnet-2012': {
    title: 'AlexNet',
    purpose: 'from-scratch',
    source: {
      authors: 'Krizhevsky, Sutskever and Hinton',
      year: 2012,
      work: 'ImageNet classification with deep convolutional neural networks',
      reference: 'NIPS 25',
      section: '5',
    },
    differences: `${onPlateau} Three falls in about 90 epochs.`,
    recipe: Recipe.parse({
      ...momentum,
      ...{ schedule: 'step', learningRate: 0.01, stepEpochs: 22.5, stepFactor: 0.1, epochs: 90 },
      ...{ batchSize: 128, weightDecay: 5e-4, dropout: true },
    }),
  },
  'vgg-2014': {
    title: 'VGG',
    purpose: 'from-scratch',
    source: {
      authors: 'Simonyan and Zisserman',
      year: 2014,
      work: 'Very deep convolutional networks for large-scale image recognition',
      reference: 'arXiv:1409.1556',
      section: '3.1',
    },
    differences: `${onPlateau} Three falls in 74 epochs.`,
    recipe: Recipe.parse({
      ...momentum,
      ...{ schedule: 'step', learningRate: 0.01, stepEpochs: 18.5, stepFactor: 0.1, epochs: 74 },
      ...{ batchSize: 256, weightDecay: 5e-4, dropout: true },
    }),
  },
  'googlenet-2014': {
    title: 'GoogLeNet',
    purpose: 'from-scratch',
    source: {
      authors: 'Szegedy et al.',
      year: 2014,
      work: 'Going deeper with convolutions',
      reference: 'arXiv:1409.4842',
      section: '6',
    },
    differences:
      'The source names neither rate, batch size, epochs, decay nor length of the average: these are usual values.',
    recipe: Recipe.parse({
      ...momentum,
      ...{ schedule: 'step', learningRate: 0.01, stepEpochs: 8, stepFactor: 0.96, epochs: 250 },
      ...{ batchSize: 256, weightDecay: 2e-4, dropout: true, averaging: 0.9999 },
    }),
  },
  'resnet-2015': {
    title: 'ResNet',
    purpose: 'from-scratch',
    source: {
      authors: 'He, Zhang, Ren and Sun',
      year: 2015,
      work: 'Deep residual learning for image recognition',
      reference: 'arXiv:1512.03385',
      section: '3.4',
    },
    differences: `${onPlateau} 600,000 steps are 120 epochs of ImageNet.`,
    recipe: Recipe.parse({
      ...momentum,
      ...{ schedule: 'step', learningRate: 0.1, stepEpochs: 30, stepFactor: 0.1, epochs: 120 },
      ...{ batchSize: 256, weightDecay: 1e-4 },
    }),
  },
  'inception-v3-2015': {
    title: 'Inception v3',
    purpose: 'from-scratch',
    source: {
      authors: 'Szegedy, Vanhoucke, Ioffe, Shlens and Wojna',
      year: 2015,
      work: 'Rethinking the Inception architecture for computer vision',
      reference: 'arXiv:1512.00567',
      section: '7 and 8',
    },
    differences:
      'The source adds epsilon under the root, trains 50 replicas of 32 photos asynchronously and does not say how long the average is.',
    recipe: Recipe.parse({
      ...{ ...plain, optimizer: 'rmsprop', momentum: 0, squareDecay: 0.9, epsilon: 1, clipNorm: 2 },
      ...{ schedule: 'step', learningRate: 0.045, stepEpochs: 2, stepFactor: 0.94, epochs: 100 },
      ...{ batchSize: 32, weightDecay: 4e-5, labelSmoothing: 0.1, dropout: true, averaging: 0.9999 },
    }),
  },
  'inception-v4-2016': {
    title: 'Inception v4, Inception-ResNet',
    purpose: 'from-scratch',
    source: {
      authors: 'Szegedy, Ioffe, Vanhoucke and Alemi',
      year: 2016,
      work: 'Inception-v4, Inception-ResNet and the impact of residual connections on learning',
      reference: 'arXiv:1602.07261',
      section: '4',
    },
    differences:
      'The source adds epsilon under the root and trains 20 replicas asynchronously; batch size, decay, smoothing and epochs are those of Inception v3.',
    recipe: Recipe.parse({
      ...{ ...plain, optimizer: 'rmsprop', momentum: 0, squareDecay: 0.9, epsilon: 1 },
      ...{ schedule: 'step', learningRate: 0.045, stepEpochs: 2, stepFactor: 0.94, epochs: 100 },
      ...{ batchSize: 32, weightDecay: 4e-5, labelSmoothing: 0.1, dropout: true, averaging: 0.9999 },
    }),
  },
  'mobilenet-v2-2018': {
    title: 'MobileNetV2',
    purpose: 'from-scratch',
    source: {
      authors: 'Sandler, Howard, Zhu, Zhmoginov and Chen',
      year: 2018,
      work: 'MobileNetV2: inverted residuals and linear bottlenecks',
      reference: 'arXiv:1801.04381',
      section: '6.1',
    },
    differences:
      'The source trains 16 replicas of 96 photos asynchronously, adds epsilon under the root, and names no number of epochs.',
    recipe: Recipe.parse({
      ...{ ...plain, optimizer: 'rmsprop', momentum: 0.9, squareDecay: 0.9, epsilon: 1 },
      ...{ schedule: 'step', learningRate: 0.045, stepEpochs: 1, stepFactor: 0.98, epochs: 300 },
      ...{ batchSize: 96, weightDecay: 4e-5, dropout: true },
    }),
  },
  'efficientnet-2019': {
    title: 'EfficientNet',
    purpose: 'from-scratch',
    source: {
      authors: 'Tan and Le',
      year: 2019,
      work: 'EfficientNet: rethinking model scaling for convolutional neural networks',
      reference: 'arXiv:1905.11946',
      section: '5.2',
    },
    differences:
      'No stochastic depth. Epochs, warm-up, batch of 4096 as 4 of 1024, smoothing and average are those of its published code.',
    recipe: Recipe.parse({
      ...{ ...plain, optimizer: 'rmsprop', momentum: 0.9, squareDecay: 0.9, epsilon: 1e-3 },
      ...{ schedule: 'step', learningRate: 0.256, stepEpochs: 2.4, stepFactor: 0.97, epochs: 350 },
      ...{ warmUpFraction: 5 / 350, batchSize: 1024, accumulate: 4, weightDecay: 1e-5 },
      ...{ labelSmoothing: 0.1, dropout: true, averaging: 0.9999 },
    }),
  },
};

const fineTuning: Readonly<Record<string, PublishedRecipe>> = {
  'pytorch-transfer-tutorial': {
    title: 'PyTorch transfer-learning tutorial',
    purpose: 'fine-tuning',
    source: {
      authors: 'Chilamkurthy',
      year: 2017,
      work: 'Transfer learning for computer vision tutorial',
      reference: 'PyTorch tutorials',
      section: 'both its parts: softmax only, and everything',
    },
    differences: '',
    recipe: Recipe.parse({
      ...momentum,
      ...{ schedule: 'step', learningRate: 0.001, stepEpochs: 7, stepFactor: 0.1, epochs: 25 },
      ...{ batchSize: 4, weightDecay: 0 },
    }),
  },
  'ulmfit-2018': {
    title: 'Gradual unfreezing (ULMFiT)',
    purpose: 'fine-tuning',
    source: {
      authors: 'Howard and Ruder',
      year: 2018,
      work: 'Universal language model fine-tuning for text classification',
      reference: 'arXiv:1801.06146',
      section: '3.2 and 3.3',
    },
    differences: 'Made for text: a factor of 2.6 from layer to layer and one more layer each epoch, here by stage.',
    recipe: Recipe.parse({
      ...{ ...plain, optimizer: 'adamw', momentum: 0.7, squareDecay: 0.99, learningRate: 0.01, weightDecay: 0 },
      ...{ schedule: 'one-cycle', warmUpFraction: 0.1, epochs: 50, batchSize: 64, dropout: true },
      ...{ layerDecay: 1 / 2.6, unfreezing: 1 },
    }),
  },
  'kornblith-2019': {
    title: 'Do better ImageNet models transfer better?',
    purpose: 'fine-tuning',
    source: {
      authors: 'Kornblith, Shlens and Le',
      year: 2019,
      work: 'Do better ImageNet models transfer better?',
      reference: 'arXiv:1805.08974',
      section: 'supplement, training from ImageNet weights',
    },
    differences:
      'The source takes 20,000 steps and searches rates of 1e-4 to 0.1 and decays over rate of 1e-6 to 1e-3: here one point of that grid.',
    recipe: Recipe.parse({
      ...{ ...momentum, nesterov: true, schedule: 'cosine', learningRate: 0.01, epochs: 100 },
      ...{ batchSize: 256, weightDecay: 1e-4 },
    }),
  },
  'bit-hyperrule-2020': {
    title: 'BiT-HyperRule, 20,000 to 500,000 photos',
    purpose: 'fine-tuning',
    source: {
      authors: 'Kolesnikov et al.',
      year: 2020,
      work: 'Big Transfer (BiT): general visual representation learning',
      reference: 'arXiv:1912.11370',
      section: '3.3',
    },
    differences: 'The source counts 10,000 steps (100 epochs of 50,000 photos) and falls at 30, 60 and 90 % of them.',
    recipe: Recipe.parse({
      ...{ ...momentum, schedule: 'step', learningRate: 0.003, stepEpochs: 30, stepFactor: 0.1, epochs: 100 },
      ...{ warmUpFraction: 0.05, batchSize: 512, weightDecay: 0, mixupAlpha: 0.1 },
    }),
  },
  'convnext-2022': {
    title: 'ConvNeXt: everything, with layer-wise rates',
    purpose: 'fine-tuning',
    source: {
      authors: 'Liu, Mao, Wu, Feichtenhofer, Darrell and Xie',
      year: 2022,
      work: 'A ConvNet for the 2020s',
      reference: 'arXiv:2201.03545',
      section: 'appendix A.2',
    },
    differences: 'No stochastic depth. The source counts layers of three blocks, here stages are counted.',
    recipe: Recipe.parse({
      ...{ ...plain, optimizer: 'adamw', schedule: 'cosine', learningRate: 5e-5, epochs: 30, batchSize: 512 },
      ...{ weightDecay: 1e-8, labelSmoothing: 0.1, averaging: 0.9999, layerDecay: 0.7 },
    }),
  },
};

export const publishedRecipes: Readonly<Record<string, PublishedRecipe>> = { ...fromScratch, ...fineTuning };

/** How the networks were trained whose id begins so, the longest beginning first. */
const recipesByNetwork: readonly (readonly [beginning: string, recipe: string])[] = [
  ['lenet', 'lenet-1998'],
  ['alexnet', 'alexnet-2012'],
  ['nin', 'nin-2013'],
  ['vgg', 'vgg-2014'],
  ['googlenet', 'googlenet-2014'],
  ['resnet', 'resnet-2015'],
  ['plain', 'resnet-2015'],
  ['inception_v3', 'inception-v3-2015'],
  ['inception_', 'inception-v4-2016'],
  ['mobilenet_v2', 'mobilenet-v2-2018'],
  ['tf_efficientnet', 'efficientnet-2019'],
];

/** The published recipe that a network was trained with; null: none is known. */
export function publishedRecipeOf(network: string): string | null {
  const id = network.replace(/^keras_/, '').replace(/@.*$/, '');
  return recipesByNetwork.find(([beginning]) => id.startsWith(beginning))?.[1] ?? null;
}

/** Throws NOT_FOUND with the known ids. */
export function findPublishedRecipe(id: string): PublishedRecipe {
  const found = Object.hasOwn(publishedRecipes, id) ? publishedRecipes[id] : undefined;
  if (found) return found;
  const known = Object.keys(publishedRecipes).join(', ');
  throw new AppError('NOT_FOUND', `There is no recipe '${id}'. Choose one of: ${known}.`);
}
