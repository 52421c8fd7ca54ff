import type { Photo } from '../../../shared/contract/library.ts';

/** Which photos are shown. */
export type Filter = {
  readonly show:
    | { readonly kind: 'all' | 'unlabelled' | 'excluded' | 'grouped' }
    | { readonly kind: 'class'; readonly name: string };
  readonly side: Photo['side']; // null: every side
};

export const NO_FILTER: Filter = { show: { kind: 'all' }, side: null };

/** The photos that fit, in their order; of 'grouped' those that look alike stand together. */
export function filtered(photos: readonly Photo[], { show, side }: Filter): readonly Photo[] {
  const fitting = photos.filter((photo) => fits(photo, show) && (side === null || photo.side === side));
  if (show.kind !== 'grouped') return fitting;
  return fitting.toSorted((a, b) => (a.groupId < b.groupId ? -1 : a.groupId > b.groupId ? 1 : 0));
}

function fits(photo: Photo, show: Filter['show']): boolean {
  if (photo.isExcluded) return show.kind === 'excluded';
  if (show.kind === 'class') return photo.className === show.name;
  if (show.kind === 'unlabelled') return photo.className === null;
  if (show.kind === 'grouped') return photo.groupSize > 1;
  return show.kind === 'all';
}
