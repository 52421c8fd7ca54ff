import { useText } from '../../lib/i18n/i18n.ts';
import { ViewHeader } from '../../parts/ViewHeader.tsx';

export function SettingsView() {
  const t = useText('settings');
  return <ViewHeader title={t('title')} />;
}
