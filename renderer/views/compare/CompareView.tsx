import { useText } from '../../lib/i18n/i18n.ts';
import { ViewHeader } from '../../parts/ViewHeader.tsx';

export function CompareView() {
  const t = useText('compare');
  return <ViewHeader title={t('title')} />;
}
