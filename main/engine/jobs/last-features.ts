/** The pooled output of a network's last stage for some photos, from the cache that the probe ladder uses too. */
import { findNetwork } from '../../../shared/networks/registry.ts';
import { split } from '../../../shared/networks/split.ts';
import { standardised } from '../probing/ladder.ts';
import { poolStages } from '../probing/pooled-ladder.ts';
import type { JobContext } from '../protocol/control.ts';
import type { JobImage } from '../protocol/messages.ts';
import { type Features, prepareFeatures } from './features.ts';
import { openFrozenPart } from './frozen-part.ts';

type LastFeaturesRequest = {
  readonly featuresFolder: string;
  readonly backbonesFolder: string;
  readonly backbone: string;
  readonly images: readonly JobImage[];
};
export type LastFeatures = Features & {
  readonly rows: Float32Array; // [images, width], each column with mean 0 and deviation 1
  readonly width: number;
  readonly executor: string;
  readonly threads: number;
};

/** Throws CANCELLED, DISK_FULL, DATASET_UNFIT when no photo can be read. */
export async function prepareLastFeatures(request: LastFeaturesRequest, context: JobContext): Promise<LastFeatures> {
  const { backbonesFolder, featuresFolder, backbone, images } = request;
  const network = findNetwork(backbone);
  const frozenThrough = network.stages.at(-1)!.id;
  const classCount = 2; // of a classifier that has no part in this
  const frozen = await openFrozenPart({
    ...{ backbonesFolder, featuresFolder, backbone, frozenThrough, classCount, context },
    pooled: true,
  });
  try {
    const features = await prepareFeatures({ frozen, featuresFolder, images, views: ['centre'] }, context);
    const piece = poolStages(split(network, frozenThrough).prefix).pieces.at(-1)!;
    const ladder = features.rowsOfView.get('centre') ?? new Float32Array(0);
    return {
      ...features,
      rows: standardised(ladder, features.images.length, piece),
      width: piece.length,
      executor: frozen.executor,
      threads: frozen.threads,
    };
  } finally {
    await frozen.close();
  }
}
