import { TextInput } from '@mantine/core';
import { useStore } from 'zustand';
import { useText } from '../../lib/i18n/i18n.ts';
import { Panel } from '../../parts/Panel.tsx';
import { ViewHeader } from '../../parts/ViewHeader.tsx';
import { meaningOf, sweepDraft } from './draft.ts';
import { Method } from './Method.tsx';
import { SearchedSettings } from './SearchedSettings.tsx';
import { StartBar } from './StartBar.tsx';
import styles from './sweeps.module.css';
import { WhatIsTrained } from './WhatIsTrained.tsx';

/** What a new sweep tries, how it searches, and when it ends. */
export function NewSweep() {
  const t = useText('sweeps');
  const draft = useStore(sweepDraft);
  const meaning = meaningOf(draft, t('defaultName'));
  return (
    <div className={styles.view}>
      <ViewHeader title={t('new')} detail={t('newDetail')}>
        <TextInput
          aria-label={t('name')}
          placeholder={t('defaultName')}
          maxLength={80}
          value={draft.name}
          onChange={(event) => sweepDraft.setState({ name: event.currentTarget.value })}
        />
      </ViewHeader>
      <div className={styles.columns}>
        <Panel title={t('what')}>
          <WhatIsTrained draft={draft} />
          <SearchedSettings draft={draft} problem={'problem' in meaning ? meaning.problem : null} />
        </Panel>
        <Panel title={t('how')}>
          <Method draft={draft} />
        </Panel>
      </div>
      <StartBar meaning={meaning} />
    </div>
  );
}
