import type { TFunction } from 'i18next';
import { type ViewSet, viewsOf } from '../../../../shared/domain/view-set.ts';

/** Drawn in the curve, fewest looks first; a set of positions begins with those of the set before it. */
export const CURVE_SETS: readonly ViewSet[] = [
  'centre',
  'mirror',
  'positions:4',
  'positions:8',
  'ten-crop',
  'positions:16',
];

/** What a set is called. */
export function setName(t: TFunction<'ensemble'>, set: ViewSet): string {
  if (set === 'centre' || set === 'mirror' || set === 'ten-crop') return t(`crops.set.${set}`);
  return set.startsWith('positions') ? t('crops.set.positions', { shown: viewsOf(set).length }) : set;
}
