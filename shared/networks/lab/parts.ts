/** What the networks of the classics lab share. */
import type { Preprocessing } from '../network.ts';

/** Generated pictures of 32 pixels, values from -2 to 2. */
export function labPreprocessing(side: number): Preprocessing {
  return {
    ...{ resizeShortSide: side, cropSize: side, interpolation: 'bicubic' },
    ...{ mean: [0.5, 0.5, 0.5], standardDeviation: [0.25, 0.25, 0.25] },
  };
}
