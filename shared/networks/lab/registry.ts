/** Networks that only the classics lab trains: no weights, not offered for photos, found by id like the others. */
import { lenet5 } from '../lenet.ts';
import type { Network } from '../network.ts';
import { bottleneckExample } from './bottleneck.ts';
import { narrowGooglenet } from './narrow-googlenet.ts';
import { smallAlexnet, smallAlexnetId } from './small-alexnet.ts';
import { smallStack, smallStackId, smallStacks } from './small-stacks.ts';

const alexnets = [true, false].flatMap((hasResponseNorm) =>
  (['overlapping', 'side by side'] as const).map((pools) => ({ hasResponseNorm, pools })),
);

export const labNetworks: Readonly<Record<string, () => Network>> = {
  lab_lenet5_sigmoid: () => lenet5('sigmoid'),
  lab_lenet5_relu: () => lenet5('relu'),
  ...Object.fromEntries(smallStacks.map((stack) => [smallStackId(stack), () => smallStack(stack)])),
  ...Object.fromEntries(alexnets.map((choice) => [smallAlexnetId(choice), () => smallAlexnet(choice)])),
  lab_googlenet_bn: () => narrowGooglenet({ hasSideBranches: false }),
  lab_googlenet_bn_aux: () => narrowGooglenet({ hasSideBranches: true }),
  lab_straight: () => bottleneckExample({ isNarrowed: false }),
  lab_bottleneck: () => bottleneckExample({ isNarrowed: true }),
};
