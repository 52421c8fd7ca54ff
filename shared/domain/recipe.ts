import { z } from 'zod';

/** How the trainable part learns. Every setting has a default that suits a new classifier on a small set of photos. */
export const Recipe = z.strictObject({
  optimizer: z.enum(['sgd', 'adamw']).default('adamw'), // sgd: Nesterov momentum 0.9
  learningRate: z.number().positive().max(100).default(0.001), // peak, per optimizer step
  schedule: z.enum(['cosine', 'constant']).default('cosine'), // cosine: after a linear warm-up
  epochs: z.int().min(1).max(500).default(30),
  batchSize: z.int().min(1).max(1024).default(32),
  // sgd: strength of L2; adamw: decoupled, per unit of learning rate; never on biases and norms; auto: cross-validation
  weightDecay: z.union([z.number().nonnegative().max(1000), z.literal('auto')]).default('auto'),
  labelSmoothing: z.number().min(0).max(0.5).default(0.1),
  dropout: z.boolean().default(false), // the network's own dropout layers; weight decay does their work on a softmax alone
  patience: z.int().min(1).max(500).nullable().default(10), // epochs without a better validation loss; null: never stop
});
export type Recipe = z.infer<typeof Recipe>;
