import { z } from 'zod';

/** How much of a pretrained network learns: the softmax alone, the later stages too, or everything. */
export const Regime = z.enum(['softmax', 'later-stages', 'everything']);
export type Regime = z.infer<typeof Regime>;
