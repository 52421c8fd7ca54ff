/** The plain stacks of the ResNet paper: the same layers without shortcuts, to show what those are for. */
import type { Network } from './network.ts';
import { stackedNetwork } from './resnet.ts';

const tenCrops = 'the paper, table 2, mean of ten crops';

/** ResNet-18 without shortcuts. */
export function plain18(): Network {
  return stackedNetwork({
    ...{ id: 'plain18', title: 'Plain-18', block: 'plain', repeats: [2, 2, 2, 2], weights: null },
    accuracy: { top1: 72.06, top5: null, source: tenCrops },
  });
}

/** ResNet-34 without shortcuts: 21.6 million parameters, 3.64 billion multiplications. */
export function plain34(): Network {
  return stackedNetwork({
    ...{ id: 'plain34', title: 'Plain-34', block: 'plain', repeats: [3, 4, 6, 3], weights: null },
    accuracy: { top1: 71.46, top5: null, source: tenCrops },
  });
}
