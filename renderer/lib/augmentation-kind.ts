import { type AugmentationPolicy, augmentationPresets, isIdentityPolicy } from '../../shared/domain/augmentation.ts';

/** A ready policy by its name; 'own' is what someone set by hand. */
export type AugmentationKind = keyof typeof augmentationPresets | 'own';

/** The ready policy that this one equals, whatever the order of its fields. */
export function augmentationKind(policy: AugmentationPolicy | undefined): AugmentationKind {
  if (policy === undefined || isIdentityPolicy(policy)) return 'none';
  const wanted = canonical(policy);
  const names = Object.keys(augmentationPresets) as (keyof typeof augmentationPresets)[];
  return names.find((name) => canonical(augmentationPresets[name]) === wanted) ?? 'own';
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
