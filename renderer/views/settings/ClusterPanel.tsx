import { Button, NumberInput, PasswordInput, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useStore } from 'zustand';
import type { Settings } from '../../../shared/contract/machine.ts';
import { RayCluster } from '../../../shared/domain/cluster.ts';
import { useCommand } from '../../lib/client/hooks.ts';
import { clusterToken } from '../../lib/cluster-token.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { notifyDone } from '../../lib/notify.tsx';
import { Loading } from '../../parts/Loading.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { Said } from '../../parts/Said.tsx';
import styles from './settings.module.css';
import { useChangeSettings } from './use-change-settings.ts';

const FIRST: RayCluster = {
  address: 'http://127.0.0.1:8265',
  storage: '',
  storageThere: null,
  command: 'thaw',
  parallel: 8,
  gpus: 0,
};

/** A Ray cluster that sweeps may be sent to: off until it is switched on, and then only where a sweep is started there. */
export function ClusterPanel() {
  const t = useText('settings');
  const settings = useCommand('settings.get', {});
  return (
    <Panel title={t('cluster')}>
      <p className={styles.quiet}>{t('clusterHint')}</p>
      {settings.error && (
        <p role="alert">
          <Said text={settings.error.message} />
        </p>
      )}
      {settings.isPending && <Loading />}
      {settings.data !== undefined && <Cluster settings={settings.data} />}
    </Panel>
  );
}

type ClusterProps = { readonly settings: Settings };

function Cluster({ settings }: ClusterProps) {
  const t = useText('settings');
  const change = useChangeSettings();
  const { isOn, ...stored } = settings.cluster ?? { ...FIRST, isOn: false };
  const [draft, setDraft] = useState<RayCluster>(stored);
  const checked = RayCluster.safeParse(draft);
  const faults = new Set(checked.error?.issues.map(({ path }) => path[0]));
  const save = (turnedOn: boolean): void => {
    if (!checked.success) return;
    change({ ...settings, cluster: { ...checked.data, isOn: turnedOn } });
    notifyDone(t('clusterSaved'));
  };
  return (
    <div className={styles.stack}>
      <Switch
        label={t('clusterOn')}
        description={checked.success ? t('clusterOnHint') : t('clusterFirst')}
        checked={isOn}
        disabled={!checked.success && !isOn}
        onChange={(event) => save(event.currentTarget.checked)}
      />
      <Fields draft={draft} faults={faults} onChange={(next) => setDraft({ ...draft, ...next })} />
      <Token />
      <div className={styles.ends}>
        <Button variant="default" disabled={!checked.success} onClick={() => save(isOn)}>
          {t('clusterSave')}
        </Button>
      </div>
    </div>
  );
}

type FieldsProps = {
  readonly draft: RayCluster;
  readonly faults: ReadonlySet<unknown>;
  readonly onChange: (change: Partial<RayCluster>) => void;
};

function Fields({ draft, faults, onChange }: FieldsProps) {
  const t = useText('settings');
  const { address, storage, storageThere, command, parallel, gpus } = draft;
  return (
    <div className={styles.clusterFields}>
      <TextInput
        label={t('clusterAddress')}
        value={address}
        error={faults.has('address') && t('clusterAddressWrong')}
        onChange={(event) => onChange({ address: event.currentTarget.value.trim() })}
      />
      <TextInput
        label={t('clusterStorage')}
        description={t('clusterStorageHint')}
        value={storage}
        onChange={(event) => onChange({ storage: event.currentTarget.value })}
      />
      <TextInput
        label={t('clusterStorageThere')}
        description={t('clusterStorageThereHint')}
        value={storageThere ?? ''}
        onChange={({ currentTarget: { value } }) => onChange({ storageThere: value === '' ? null : value })}
      />
      <TextInput
        label={t('clusterCommand')}
        description={t('clusterCommandHint')}
        value={command}
        onChange={(event) => onChange({ command: event.currentTarget.value })}
      />
      <NumberInput
        label={t('clusterParallel')}
        min={1}
        max={1000}
        allowDecimal={false}
        value={parallel}
        onChange={(value) => onChange({ parallel: Number(value) || 1 })}
      />
      <NumberInput
        label={t('clusterGpus')}
        min={0}
        max={64}
        value={gpus}
        onChange={(value) => onChange({ gpus: Number(value) || 0 })}
      />
    </div>
  );
}

function Token() {
  const t = useText('settings');
  const { token } = useStore(clusterToken);
  return (
    <PasswordInput
      label={t('clusterToken')}
      description={t('clusterTokenHint')}
      autoComplete="off"
      maxLength={4096}
      value={token}
      visibilityToggleButtonProps={{ 'aria-label': t('clusterTokenShow') }}
      onChange={(event) => clusterToken.setState({ token: event.currentTarget.value })}
    />
  );
}
