/** Several answers for one photo made one: views of a run, runs of an ensemble. */
import { z } from 'zod';

/** What is averaged: what the softmax gives, or what goes into it. */
export const Averaging = z.enum(['probabilities', 'logits']);
export type Averaging = z.infer<typeof Averaging>;
