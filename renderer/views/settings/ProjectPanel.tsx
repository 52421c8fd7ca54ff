import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { ProjectInfo } from '../../../shared/contract/machine.ts';
import { findShell } from '../../lib/client/connection.ts';
import { useAction, useCommand, useHost } from '../../lib/client/hooks.ts';
import { copyText } from '../../lib/clipboard.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { notifyDone } from '../../lib/notify.tsx';
import { Loading } from '../../parts/Loading.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { Said } from '../../parts/Said.tsx';
import styles from './settings.module.css';

/** Name and folder of the project, and what happened when it was opened. */
export function ProjectPanel() {
  const t = useText('settings');
  const info = useCommand('project.info', {});
  return (
    <Panel title={t('project')}>
      {info.error && (
        <p role="alert">
          <Said text={info.error.message} />
        </p>
      )}
      {info.isPending && <Loading />}
      {info.data !== undefined && <Project key={info.data.name} info={info.data} />}
    </Panel>
  );
}

type ProjectProps = { readonly info: ProjectInfo };

function Project({ info }: ProjectProps) {
  const t = useText('settings');
  const { queries } = useHost();
  const [name, setName] = useState(info.name);
  const rename = useAction('project.rename');
  const wanted = name.trim();
  const isChanged = wanted !== '' && wanted !== info.name;
  const save = (event: FormEvent): void => {
    event.preventDefault();
    if (!isChanged) return;
    rename.mutate(
      { name: wanted },
      {
        onSuccess: (renamed) => {
          queries.setQueryData(['project.info', {}], renamed);
          notifyDone(t('renamed'));
        },
      },
    );
  };
  return (
    <div className={styles.stack}>
      <form className={styles.line} onSubmit={save}>
        <TextInput
          className={styles.grow}
          label={t('projectName')}
          maxLength={200}
          value={name}
          disabled={info.readOnly}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" disabled={!isChanged || info.readOnly} loading={rename.isPending}>
          {t('rename')}
        </Button>
      </form>
      <Folder folder={info.folder} />
      {info.readOnly && <p className={styles.quiet}>{t('readOnlyHint')}</p>}
      {info.notes.length > 0 && (
        <details open={info.readOnly}>
          <summary>{t('openingNotes')}</summary>
          <ul className={styles.notes}>
            {info.notes.map((note) => (
              <li key={note}>
                <Said text={note} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

type FolderProps = { readonly folder: string };

function Folder({ folder }: FolderProps) {
  const t = useText('settings');
  const shell = findShell();
  const copy = async (): Promise<void> => {
    await copyText(folder);
    notifyDone(t('pathCopied'));
  };
  return (
    <div>
      <span className={styles.label}>{t('folder')}</span>
      <div className={styles.line}>
        <code className={styles.path}>{folder}</code>
        {shell === null ? (
          <Button flex="none" size="compact-sm" variant="default" onClick={() => void copy()}>
            {t('copyPath')}
          </Button>
        ) : (
          <Button flex="none" size="compact-sm" variant="default" onClick={() => void shell.revealInFolder(folder)}>
            {t('reveal')}
          </Button>
        )}
      </div>
    </div>
  );
}
