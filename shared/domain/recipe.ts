import { z } from 'zod';

const optimizerFields = {
  optimizer: z.enum(['sgd', 'adamw', 'rmsprop']).default('adamw'),
  momentum: z.number().min(0).max(0.9999).default(0.9), // of the velocity of sgd and rmsprop; adamw: beta1
  nesterov: z.boolean().default(true), // of sgd alone
  squareDecay: z.number().min(0).max(0.99999).nullable().default(null), // adamw: beta2; rmsprop: alpha; null: 0.999, 0.9
  epsilon: z.number().positive().max(10).default(1e-8), // added to the root of adamw and rmsprop
  // sgd, rmsprop: strength of L2; adamw: decoupled, per unit of learning rate; never on biases and norms; auto:
  // cross-validation
  weightDecay: z.union([z.number().nonnegative().max(1000), z.literal('auto')]).default('auto'),
  clipNorm: z.number().positive().max(1e6).nullable().default(null), // of all gradients together; null: not clipped
  accumulate: z.int().min(1).max(256).default(1), // mini-batches to one optimizer step
  averaging: z.number().min(0).max(0.99999).nullable().default(null), // kept of the average of weights, per step; null: none
};

const scheduleFields = {
  learningRate: z.number().positive().max(100).default(0.001), // peak, per optimizer step
  // cosine and step follow a linear warm-up, constant has none, one-cycle warms up along a cosine
  schedule: z.enum(['constant', 'cosine', 'step', 'one-cycle']).default('cosine'),
  warmUpFraction: z.number().min(0).max(0.9).default(0.1), // of all steps
  stepEpochs: z.number().positive().max(500).default(10), // of 'step': epochs from one fall to the next, also fractions
  stepFactor: z.number().positive().max(1).default(0.1), // of 'step': what is left of the rate after a fall
  epochs: z.int().min(1).max(500).default(30),
  patience: z.int().min(1).max(500).nullable().default(10), // epochs without a better validation loss; null: never stop
};

const lossFields = {
  batchSize: z.int().min(1).max(1024).default(32),
  labelSmoothing: z.number().min(0).max(0.5).default(0.1),
  mixupAlpha: z.number().min(0).max(10).default(0), // of Beta(alpha, alpha), from which the mixing share is drawn; 0: off
  classWeighting: z.enum(['none', 'balanced']).default('none'), // balanced: one over the class's share of the photos
  dropout: z.boolean().default(false), // the network's own dropout layers; weight decay does their work on a softmax alone
};

/** Stages are those of the network that hold parameters, counted from the softmax (0) down. */
const depthFields = {
  backboneRate: z.number().positive().max(1).default(1), // factor of the rate for all below the softmax
  layerDecay: z.number().positive().max(1).default(1), // factor of the rate for each stage down; 1: one rate for all
  softmaxStart: z.boolean().default(false), // the softmax is trained on the pretrained features before anything moves
  startShare: z.number().min(0).max(1).default(0), // of the starting weights in those that are judged and kept; 0: none
  headEpochs: z.int().min(0).max(500).default(0), // in which the softmax trains alone before anything else does
  unfreezing: z.union([z.literal('none'), z.int().min(1).max(100)]).default('none'), // then epochs from stage to stage
  batchNorm: z.enum(['train', 'freeze']).default('train'), // of the stages that train; freeze: statistics and factors stay
};

/** How the trainable part learns. Every setting has a default that suits a new classifier on a small set of photos. */
export const Recipe = z.strictObject({ ...optimizerFields, ...scheduleFields, ...lossFields, ...depthFields });
export type Recipe = z.infer<typeof Recipe>;
