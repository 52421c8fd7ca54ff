/** Where pretrained weights are to be had. Nothing of it is fetched unless a person asks. A row added here is under test by that alone. */
import { AppError } from '../contract/errors.ts';

/** A file of a model hub: downloaded on request. */
export type HubWeights = {
  readonly kind: 'hub';
  readonly id: string;
  readonly network: string; // of the registry
  readonly title: string;
  readonly repository: string;
  readonly path: string;
  readonly revision: string;
  readonly licence: string; // SPDX
  readonly sha256: string | null; // null: as the hub tells it with the file
};

/** A file that is got by hand and then added: its name carries the first digits of its SHA-256. */
export type FileWeights = {
  readonly kind: 'file';
  readonly id: string;
  readonly network: string;
  readonly title: string;
  readonly fileName: string;
  readonly source: string; // who gives it away, and under what name
  readonly licence: string;
  readonly sha256Start: string;
};

export type CatalogueEntry = HubWeights | FileWeights;

/** Repositories of timm: name of the network here, of the weights there, how they were trained. */
const ofTimm: readonly (readonly [network: string, model: string, licence: string, training: string])[] = [
  ['tf_efficientnet_lite0', 'tf_efficientnet_lite0.in1k', 'Apache-2.0', "Google's, converted"],
  ['tf_efficientnet_lite1', 'tf_efficientnet_lite1.in1k', 'Apache-2.0', "Google's, converted"],
  ['tf_efficientnet_lite2', 'tf_efficientnet_lite2.in1k', 'Apache-2.0', "Google's, converted"],
  ['mobilenet_v2', 'mobilenetv2_100.ra_in1k', 'Apache-2.0', "timm's recipe"],
  ['resnet18', 'resnet18.tv_in1k', 'BSD-3-Clause', "torchvision's"],
  ['resnet34', 'resnet34.tv_in1k', 'BSD-3-Clause', "torchvision's"],
  ['resnet50', 'resnet50.tv_in1k', 'BSD-3-Clause', "torchvision's"],
  ['resnet101', 'resnet101.tv_in1k', 'BSD-3-Clause', "torchvision's"],
  ['resnet152', 'resnet152.tv_in1k', 'BSD-3-Clause', "torchvision's"],
  ['inception_v3', 'inception_v3.tv_in1k', 'Apache-2.0', "torchvision's"],
  ['inception_v4', 'inception_v4.tf_in1k', 'Apache-2.0', "Google's, converted"],
  ['inception_resnet_v2', 'inception_resnet_v2.tf_in1k', 'Apache-2.0', "Google's, converted"],
  ['vgg11', 'vgg11.tv_in1k', 'BSD-3-Clause', "torchvision's"],
  ['vgg13', 'vgg13.tv_in1k', 'BSD-3-Clause', "torchvision's"],
  ['vgg16', 'vgg16.tv_in1k', 'BSD-3-Clause', "torchvision's"],
  ['vgg19', 'vgg19.tv_in1k', 'BSD-3-Clause', "torchvision's"],
  ['vgg11_bn', 'vgg11_bn.tv_in1k', 'BSD-3-Clause', "torchvision's"],
  ['vgg13_bn', 'vgg13_bn.tv_in1k', 'BSD-3-Clause', "torchvision's"],
  ['vgg16_bn', 'vgg16_bn.tv_in1k', 'BSD-3-Clause', "torchvision's"],
  ['vgg19_bn', 'vgg19_bn.tv_in1k', 'BSD-3-Clause', "torchvision's"],
];

/** Files of torchvision's own server, by the names it gives them. */
const ofTorchvision: readonly (readonly [network: string, fileName: string, training: string])[] = [
  ['alexnet', 'alexnet-owt-7be5be79.pth', 'ImageNet'],
  ['googlenet', 'googlenet-1378be20.pth', 'ImageNet'],
  ['mobilenet_v2', 'mobilenet_v2-b0353104.pth', 'ImageNet'],
  ['resnet18', 'resnet18-f37072fd.pth', 'ImageNet'],
  ['resnet34', 'resnet34-b627a593.pth', 'ImageNet'],
  ['resnet50', 'resnet50-0676ba61.pth', 'ImageNet'],
  ['resnet101', 'resnet101-63fe2227.pth', 'ImageNet'],
  ['resnet152', 'resnet152-394f9c45.pth', 'ImageNet'],
  ['inception_v3', 'inception_v3_google-0cc3c7bd.pth', 'ImageNet'],
  ['vgg11', 'vgg11-8a719046.pth', 'ImageNet'],
  ['vgg13', 'vgg13-19584684.pth', 'ImageNet'],
  ['vgg16', 'vgg16-397923af.pth', 'ImageNet'],
  ['vgg19', 'vgg19-dcbb9e9d.pth', 'ImageNet'],
  ['vgg11_bn', 'vgg11_bn-6002323d.pth', 'ImageNet'],
  ['vgg13_bn', 'vgg13_bn-abd245e5.pth', 'ImageNet'],
  ['vgg16_bn', 'vgg16_bn-6c64b313.pth', 'ImageNet'],
  ['vgg19_bn', 'vgg19_bn-c79401a0.pth', 'ImageNet'],
  ['resnet50', 'fasterrcnn_resnet50_fpn_coco-258fb6c6.pth', 'detection on COCO'],
  ['resnet50', 'deeplabv3_resnet50_coco-cd0a2569.pth', "segmentation on COCO, Pascal VOC's classes"],
  ['resnet101', 'deeplabv3_resnet101_coco-586e9e4e.pth', "segmentation on COCO, Pascal VOC's classes"],
  ['vgg16', 'ssd300_vgg16_coco-b556d3b4.pth', 'detection on COCO'],
];

export const weightsCatalogue: readonly CatalogueEntry[] = [
  ...ofTimm.map(
    ([network, model, licence, training]): HubWeights => ({
      ...{ kind: 'hub', id: model, network, title: `ImageNet, ${training}`, licence, sha256: null },
      ...{ repository: `timm/${model}`, path: 'model.safetensors', revision: 'main' },
    }),
  ),
  ...ofTorchvision.map(([network, fileName, training]): FileWeights => {
    const id = fileName.replace(/-[0-9a-f]{8}\.pth$/, '');
    const sha256Start = fileName.slice(id.length + 1, -'.pth'.length);
    const facts = { id: `torchvision.${id}`, network, title: `${training}, torchvision's`, fileName, sha256Start };
    return { kind: 'file', ...facts, source: `torchvision's model zoo, ${fileName}`, licence: 'BSD-3-Clause' };
  }),
];

/** Throws NOT_FOUND with the known ids. */
export function findCatalogueEntry(id: string): CatalogueEntry {
  const found = weightsCatalogue.find((entry) => entry.id === id);
  if (found !== undefined) return found;
  const known = weightsCatalogue.filter(({ kind }) => kind === 'hub').map((entry) => entry.id);
  throw new AppError('NOT_FOUND', `The catalogue has no '${id.slice(0, 80)}'. It can download: ${known.join(', ')}.`);
}
