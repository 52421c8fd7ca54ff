import type { Preprocessing } from '../../../shared/networks/network.ts';
import { canonicalJson, type JsonValue } from '../../kernel/canonical-json.ts';
import { sha256Hex } from '../../kernel/hashing.ts';

export const FEATURE_FORMAT_VERSION = 1;

/** All that decides the bits of a feature row, besides the image (whose content SHA-256 names the row). */
export type FeatureKeyParts = {
  readonly formatVersion: number;
  readonly preprocessing: Preprocessing;
  readonly decoderVersion: string; // decoder and resizer, for example of sharp and libvips
  readonly augmentation: JsonValue; // null: none
  readonly augmentationSeed: number | null;
  readonly view: JsonValue; // the crop or the index of the augmented view
  readonly weightsSha256: string;
  readonly networkId: string;
  readonly cut: string; // stage id
  readonly pooledStages?: readonly string[]; // of the probe ladder: the row joins the pooled output of these stages
  readonly executor: { readonly name: string; readonly version: string; readonly threads?: number };
  readonly dtype: 'float32';
};

/** The cache key of one view of one frozen prefix: SHA-256 (hex) over all parts. Never path, never time of change. */
export function featureKey(parts: FeatureKeyParts): string {
  return sha256Hex(canonicalJson(parts));
}
