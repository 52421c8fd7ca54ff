import { MANY_LOOKS } from '../../shared/domain/ensemble.ts';
import { useText } from '../lib/i18n/i18n.ts';
import { useFormat } from '../lib/use-format.ts';
import { Banner } from './Banner.tsx';

type OftenLookedProps = { readonly looks: number };

/** A warning where the test photos were looked at so often that their figures are no longer a first sight. */
export function OftenLooked({ looks }: OftenLookedProps) {
  const t = useText('ensemble');
  const format = useFormat();
  return looks < MANY_LOOKS ? null : <Banner tone="warning">{t('often', { shown: format.count(looks) })}</Banner>;
}
