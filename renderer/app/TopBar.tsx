import { Tooltip } from '@mantine/core';
import { useCommand, useJobs } from '../lib/client/hooks.ts';
import { useText } from '../lib/i18n/i18n.ts';
import { isSlowDevice } from '../lib/slow-device.ts';
import { useDeviceText } from '../lib/use-device-text.ts';
import { useFormat } from '../lib/use-format.ts';
import styles from './Shell.module.css';

/** What is loaded, and what it computes on. */
export function TopBar() {
  const t = useText('app');
  const format = useFormat();
  const deviceText = useDeviceText();
  const info = useCommand('project.info', {}).data;
  const summary = useCommand('project.summary', {}).data;
  const device = useJobs().find((job) => job.device !== null)?.device ?? null;
  const facts = summary && [
    t('photoCount', { count: summary.images, shown: format.count(summary.images) }),
    t('classCount', { count: summary.classes.length, shown: format.count(summary.classes.length) }),
    ...(summary.unlabelled > 0 ? [t('unlabelledCount', { shown: format.count(summary.unlabelled) })] : []),
    t('runCount', { count: summary.runs, shown: format.count(summary.runs) }),
  ];
  return (
    <header className={styles.bar}>
      <Tooltip label={info?.folder ?? ''} disabled={info === undefined}>
        <h1 className={styles.projectName}>{info?.name ?? 'Thaw'}</h1>
      </Tooltip>
      {info?.readOnly === true && <span className={styles.badge}>{t('readOnly')}</span>}
      <span className={styles.facts}>{facts?.join(' · ')}</span>
      <span className={styles.push} />
      {device !== null && isSlowDevice(device) && <span className={styles.badge}>{t('slow')}</span>}
      {device !== null && <span className={styles.facts}>{t('device', { device: deviceText(device) })}</span>}
    </header>
  );
}
