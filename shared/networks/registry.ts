/** Every network that this program knows. A row added here is under test by that alone. */
import { AppError } from '../contract/errors.ts';
import { efficientNetLite0 } from './efficientnet-lite.ts';
import { googlenet } from './googlenet.ts';
import { lenet5 } from './lenet.ts';
import type { Network } from './network.ts';
import { plain18, plain34 } from './plain.ts';
import { resnet18, resnet34, resnet50 } from './resnet.ts';

export const networks: Readonly<Record<string, () => Network>> = {
  lenet5,
  tf_efficientnet_lite0: efficientNetLite0,
  resnet18,
  resnet34,
  resnet50,
  plain18,
  plain34,
  googlenet,
};

/** The network of that id. Throws NOT_FOUND with the known ids. */
export function findNetwork(id: string): Network {
  const make = Object.hasOwn(networks, id) ? networks[id] : undefined;
  if (!make) {
    const known = Object.keys(networks).join(', ');
    throw new AppError('NOT_FOUND', `There is no network '${id}'. Choose one of: ${known}.`);
  }
  return make();
}
