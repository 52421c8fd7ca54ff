import { useEffect } from 'react';
import { useText } from '../../lib/i18n/i18n.ts';
import type { ViewProps } from '../../lib/router.ts';
import { ViewHeader } from '../../parts/ViewHeader.tsx';
import { AboutPanel } from './AboutPanel.tsx';
import { ClusterPanel } from './ClusterPanel.tsx';
import { DevicePanel } from './DevicePanel.tsx';
import { LookPanel } from './LookPanel.tsx';
import { NetworkPanel } from './NetworkPanel.tsx';
import { PackPanel } from './PackPanel.tsx';
import { ProjectPanel } from './ProjectPanel.tsx';
import { ReportPanel } from './ReportPanel.tsx';
import { StoragePanel } from './StoragePanel.tsx';
import styles from './settings.module.css';
import { WeightsPanel } from './WeightsPanel.tsx';

/** Project, look, machine, storage, network, and what this program is. '#/settings/doctor' and the like lead to a part. */
export function SettingsView({ route }: ViewProps) {
  const t = useText('settings');
  const [part] = route.rest;
  useEffect(() => {
    if (part !== undefined) document.getElementById(`settings-${part}`)?.scrollIntoView({ block: 'start' });
  }, [part]);
  return (
    <div className={styles.page}>
      <ViewHeader title={t('title')} />
      <div className={styles.panels}>
        <ProjectPanel />
        <LookPanel />
        <div id="settings-doctor" className={styles.wide}>
          <DevicePanel />
        </div>
        <div id="settings-weights" className={styles.wide}>
          <WeightsPanel />
        </div>
        <div className={styles.wide}>
          <StoragePanel />
        </div>
        <div id="settings-packs" className={styles.wide}>
          <PackPanel />
        </div>
        <div id="settings-cluster" className={styles.wide}>
          <ClusterPanel />
        </div>
        <div className={styles.wide}>
          <ReportPanel />
        </div>
        <NetworkPanel />
        <div id="settings-about">
          <AboutPanel />
        </div>
      </div>
    </div>
  );
}
