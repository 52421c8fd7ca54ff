import { useText } from '../../lib/i18n/i18n.ts';
import { ViewHeader } from '../../parts/ViewHeader.tsx';

export function EvaluateView() {
  const t = useText('evaluate');
  return <ViewHeader title={t('title')} />;
}
