/** Every network that this program knows. A row added here is under test by that alone. */
import { AppError } from '../contract/errors.ts';
import { parseBackbone } from '../domain/backbone-ref.ts';
import { alexnet, alexnet2012 } from './alexnet.ts';
import { efficientNetLite0, efficientNetLite1, efficientNetLite2 } from './efficientnet-lite.ts';
import { googlenet } from './googlenet.ts';
import { inceptionResnetV2 } from './inception-resnet-v2.ts';
import { inceptionV3 } from './inception-v3.ts';
import { inceptionV4 } from './inception-v4.ts';
import {
  kerasInceptionV3,
  kerasResnet50,
  kerasResnet101,
  kerasResnet152,
  kerasVgg16,
  kerasVgg19,
} from './keras-variants.ts';
import { labNetworks } from './lab/registry.ts';
import { lenet5 } from './lenet.ts';
import { kerasMobilenetV2, mobilenetV2 } from './mobilenet-v2.ts';
import type { Network } from './network.ts';
import { networkInNetwork } from './nin.ts';
import { plain18, plain34 } from './plain.ts';
import { resnet18, resnet34, resnet50, resnet101, resnet152 } from './resnet.ts';
import { vgg11, vgg11Norm, vgg13, vgg13Norm, vgg16, vgg16Norm, vgg19, vgg19Norm } from './vgg.ts';

export const networks: Readonly<Record<string, () => Network>> = {
  lenet5,
  tf_efficientnet_lite0: efficientNetLite0,
  tf_efficientnet_lite1: efficientNetLite1,
  tf_efficientnet_lite2: efficientNetLite2,
  mobilenet_v2: mobilenetV2,
  resnet18,
  resnet34,
  resnet50,
  resnet101,
  resnet152,
  plain18,
  plain34,
  googlenet,
  inception_v3: inceptionV3,
  inception_v4: inceptionV4,
  inception_resnet_v2: inceptionResnetV2,
  alexnet_2012: alexnet2012,
  alexnet,
  nin: networkInNetwork,
  vgg11,
  vgg13,
  vgg16,
  vgg19,
  vgg11_bn: vgg11Norm,
  vgg13_bn: vgg13Norm,
  vgg16_bn: vgg16Norm,
  vgg19_bn: vgg19Norm,
  keras_vgg16: kerasVgg16,
  keras_vgg19: kerasVgg19,
  keras_resnet50: kerasResnet50,
  keras_resnet101: kerasResnet101,
  keras_resnet152: kerasResnet152,
  keras_mobilenet_v2: kerasMobilenetV2,
  keras_inception_v3: kerasInceptionV3,
};

/** The network of that id, one of the lab's too, or of a backbone `id@weights`. Throws NOT_FOUND with the known ids. */
export function findNetwork(backbone: string): Network {
  const { network: id } = parseBackbone(backbone);
  const make = [networks, labNetworks].find((table) => Object.hasOwn(table, id))?.[id];
  if (!make) {
    const known = Object.keys(networks).join(', ');
    throw new AppError('NOT_FOUND', `There is no network '${id}'. Choose one of: ${known}.`);
  }
  return make();
}
