import type { RunRecord } from '../../../shared/domain/run.ts';
import { freezeDepthOf } from '../../lib/freeze-depth.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { differingSettings } from '../../lib/run-settings.ts';
import { useSettingText } from '../../lib/use-setting-text.ts';
import { DepthBar } from '../../parts/DepthBar.tsx';
import { Panel } from '../../parts/Panel.tsx';
import styles from './compare.module.css';
import { RunHeads } from './RunHeads.tsx';

type DifferingSettingsProps = { readonly runs: readonly RunRecord[] };

/** Only the settings in which the runs are not all alike. */
export function DifferingSettings({ runs }: DifferingSettingsProps) {
  const t = useText('compare');
  const textOf = useSettingText();
  const names = differingSettings(runs.map(({ config }) => config));
  return (
    <Panel title={t('differing')}>
      {names.length === 0 ? (
        <p className={styles.hint}>{t('noDiffering')}</p>
      ) : (
        <div className={styles.scroller}>
          <table className={styles.table} aria-label={t('differing')}>
            <thead>
              <tr>
                <th scope="col">{t('setting')}</th>
                <RunHeads runs={runs} />
              </tr>
            </thead>
            <tbody>
              {names.map((name) => (
                <tr key={name}>
                  <th scope="row">{t(`settings.${name}`)}</th>
                  {runs.map(({ runId, config }) => (
                    <td key={runId}>
                      {name === 'frozenThrough' ? (
                        <DepthBar depth={freezeDepthOf(config.backbone, config.frozenThrough)} />
                      ) : (
                        textOf(config, name)
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
