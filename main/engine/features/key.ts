import { createHash } from 'node:crypto';
import type { Preprocessing } from '../../../shared/networks/network.ts';

export const FEATURE_FORMAT_VERSION = 1;

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

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
  readonly executor: { readonly name: string; readonly version: string; readonly threads?: number };
  readonly dtype: 'float32';
};

/** The cache key of one view of one frozen prefix: SHA-256 (hex) over all parts. Never path, never time of change. */
export function featureKey(parts: FeatureKeyParts): string {
  return createHash('sha256').update(canonicalJson(parts)).digest('hex');
}

/** JSON with sorted keys and no spaces: equal values give equal texts. Absent and undefined keys are the same. */
export function canonicalJson(value: JsonValue): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`${value} has no JSON form.`);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.keys(value)
    .sort()
    .flatMap((key) => {
      const member = value[key];
      return member === undefined ? [] : [`${JSON.stringify(key)}:${canonicalJson(member)}`];
    });
  return `{${members.join(',')}}`;
}

function isArray(value: object): value is readonly JsonValue[] {
  return Array.isArray(value);
}
