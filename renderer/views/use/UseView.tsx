import { useText } from '../../lib/i18n/i18n.ts';
import { ViewHeader } from '../../parts/ViewHeader.tsx';

export function UseView() {
  const t = useText('use');
  return <ViewHeader title={t('title')} />;
}
