import { SegmentedControl, Select, Switch } from '@mantine/core';
import { type Settings, Settings as SettingsSchema } from '../../../shared/contract/machine.ts';
import { useCommand } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { Loading } from '../../parts/Loading.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { Said } from '../../parts/Said.tsx';
import styles from './settings.module.css';
import { useChangeSettings } from './use-change-settings.ts';

/** Language, theme, notifications: they hold for every project, at once. */
export function LookPanel() {
  const t = useText('settings');
  const settings = useCommand('settings.get', {});
  const change = useChangeSettings();
  return (
    <Panel title={t('look')}>
      {settings.error && (
        <p role="alert">
          <Said text={settings.error.message} />
        </p>
      )}
      {settings.isPending && <Loading />}
      {settings.data !== undefined && <Look settings={settings.data} onChange={change} />}
    </Panel>
  );
}

type LookProps = { readonly settings: Settings; readonly onChange: (settings: Settings) => void };

function Look({ settings, onChange }: LookProps) {
  const t = useText('settings');
  const { language, theme } = SettingsSchema.shape;
  return (
    <div className={styles.stack}>
      <Select
        label={t('language')}
        data={language.options.map((value) => ({ value, label: t(`languages.${value}`) }))}
        value={settings.language}
        allowDeselect={false}
        onChange={(value) => onChange({ ...settings, language: language.parse(value) })}
      />
      <div>
        <span className={styles.label} id="settings-theme">
          {t('theme')}
        </span>
        <SegmentedControl
          aria-labelledby="settings-theme"
          fullWidth
          data={theme.options.map((value) => ({ value, label: t(`themes.${value}`) }))}
          value={settings.theme}
          onChange={(value) => onChange({ ...settings, theme: theme.parse(value) })}
        />
      </div>
      <Switch
        label={t('notify')}
        description={t('notifyHint')}
        checked={settings.notify}
        onChange={(event) => onChange({ ...settings, notify: event.currentTarget.checked })}
      />
    </div>
  );
}
