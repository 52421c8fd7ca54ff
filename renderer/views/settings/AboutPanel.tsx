import { Button } from '@mantine/core';
import { sheetStore } from '../../app/ShortcutSheet.tsx';
import { findShell } from '../../lib/client/connection.ts';
import { useCommand } from '../../lib/client/hooks.ts';
import { backboneTitle } from '../../lib/freeze-depth.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { Panel } from '../../parts/Panel.tsx';
import { Licences } from './Licences.tsx';
import styles from './settings.module.css';

/** Versions, licences, and the list of keys. */
export function AboutPanel() {
  const t = useText('settings');
  const versions = useVersions();
  return (
    <Panel title={t('about')}>
      <div className={styles.stack}>
        <dl className={styles.facts}>
          {versions.map(([name, version]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{version}</dd>
            </div>
          ))}
          <div>
            <dt>{t('licence')}</dt>
            <dd>Apache-2.0</dd>
          </div>
        </dl>
        <Weights />
        <div className={styles.buttons}>
          <Button size="compact-sm" variant="default" onClick={() => sheetStore.setState({ isOpen: true })}>
            {t('keys')}
          </Button>
          <Licences />
        </div>
      </div>
    </Panel>
  );
}

function useVersions(): readonly (readonly [string, string])[] {
  const info = useCommand('project.info', {}).data;
  const shell = findShell();
  const ofThaw = ['Thaw', info?.version ?? '–'] as const;
  if (shell === null) return [ofThaw];
  const { electron, chrome, node } = shell.versions;
  return [ofThaw, ['Electron', electron], ['Chromium', chrome], ['Node', node]];
}

function Weights() {
  const t = useText('settings');
  const format = useFormat();
  const backbones = useCommand('backbones.list', {}).data?.backbones ?? [];
  if (backbones.length === 0) return null;
  return (
    <details>
      <summary>{t('weights')}</summary>
      <ul className={styles.notes}>
        {backbones.map(({ id, weights, weightsBytes, licence, imagenetTop1 }) => (
          <li key={id}>
            <strong>{backboneTitle(id)}</strong>
            <span className={styles.note}>
              {weights === 'missing'
                ? t('weightsMissing')
                : [
                    licence ?? '–',
                    format.bytes(weightsBytes),
                    ...(imagenetTop1 === null ? [] : [t('top1', { shown: format.percent(imagenetTop1 / 100) })]),
                  ].join(' · ')}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
