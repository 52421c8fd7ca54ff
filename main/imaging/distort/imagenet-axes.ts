import type { ColourAxes } from '../../../shared/contract/augmenting.ts';

/**
 * Principal axes of RGB over ImageNet's training photos, as published with fb.resnet.torch (datasets/imagenet.lua, Facebook 2016)
 * for the colour augmentation of Krizhevsky et al. 2012, sec. 4.1; eigenvalues are variances, 1 is the whole range of a channel.
 */
export const imagenetColourAxes: ColourAxes = {
  source: 'imagenet',
  photos: 1_281_167,
  mean: [0.485, 0.456, 0.406],
  eigenvalues: [0.2175, 0.0188, 0.0045],
  axes: [
    [-0.5675, -0.5808, -0.5836],
    [0.7192, -0.0045, -0.6948],
    [0.4009, -0.814, 0.4203],
  ],
};
