import { Button, Checkbox, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { CommandOutput } from '../../../shared/contract/commands.ts';
import { findShell } from '../../lib/client/connection.ts';
import { useCommand, useJobResult, useJobs, useStartJob } from '../../lib/client/hooks.ts';
import type { JobView } from '../../lib/client/jobs-store.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { choosePack, PACK_SUFFIX, useImportPack } from '../../lib/use-packs.ts';
import { Panel } from '../../parts/Panel.tsx';
import { Said } from '../../parts/Said.tsx';
import styles from './settings.module.css';

/** This project as one file for another machine or another person, and such a file taken in. */
export function PackPanel() {
  const t = useText('settings');
  const last = useJobs().find(({ command }) => command === 'project.pack' || command === 'project.unpack') ?? null;
  const isBusy = last?.state === 'running';
  return (
    <Panel title={t('packs')}>
      <div className={styles.stack}>
        <p className={styles.quiet}>{t('packsHint')}</p>
        <MakePack isBusy={isBusy} />
        <TakePack isBusy={isBusy} />
        {isBusy && (
          <p className={styles.quiet} role="status">
            {t(last.command === 'project.pack' ? 'packing' : 'unpacking')}
          </p>
        )}
        {last?.state === 'failed' && last.failure !== null && (
          <p role="alert">
            <Said text={last.failure.message} />
          </p>
        )}
        {last?.state === 'done' && <Ended job={last} />}
      </div>
    </Panel>
  );
}

type BusyProps = { readonly isBusy: boolean };

/** The shell asks where to; in a browser the path is typed. */
function MakePack({ isBusy }: BusyProps) {
  const t = useText('settings');
  const name = useCommand('project.info', {}).data?.name ?? '';
  const [photos, setPhotos] = useState(true);
  const [runs, setRuns] = useState(true);
  const [path, setPath] = useState('');
  const start = useStartJob('project.pack');
  const shell = findShell();
  const make = (output: string): void =>
    start.mutate({ output, photos, runs: runs ? 'all' : [] }, { onSuccess: () => setPath('') });
  const choose = async (): Promise<void> => {
    const target = (await shell?.pickTarget('file', `${fileNameOf(name)}${PACK_SUFFIX}`)) ?? null;
    if (target !== null) make(target);
  };
  return (
    <form
      className={styles.stack}
      onSubmit={(event) => {
        event.preventDefault();
        if (path.trim() !== '') make(path.trim());
        else void choose();
      }}
    >
      <div className={styles.choices}>
        <Checkbox
          label={t('packPhotos')}
          checked={photos}
          onChange={({ currentTarget }) => setPhotos(currentTarget.checked)}
        />
        <Checkbox
          label={t('packRuns')}
          checked={runs}
          onChange={({ currentTarget }) => setRuns(currentTarget.checked)}
        />
      </div>
      <div className={styles.line}>
        {shell === null && (
          <TextInput
            className={styles.grow ?? ''}
            label={t('packTarget')}
            placeholder={`/…/${fileNameOf(name)}${PACK_SUFFIX}`}
            value={path}
            onChange={({ currentTarget }) => setPath(currentTarget.value)}
          />
        )}
        <Button type="submit" loading={isBusy} disabled={(!photos && !runs) || (shell === null && path.trim() === '')}>
          {t(shell === null ? 'makePack' : 'makePackAsking')}
        </Button>
      </div>
    </form>
  );
}

/** What a project is called, as a name of a file on every system. */
const fileNameOf = (name: string): string =>
  name
    .replaceAll(/[\p{Cc}<>:"/\\|?*]+/gu, '-')
    .replace(/[. ]+$/, '')
    .slice(0, 100) || 'thaw';

function TakePack({ isBusy }: BusyProps) {
  const t = useText('settings');
  const isReadOnly = useCommand('project.info', {}).data?.readOnly === true;
  const [path, setPath] = useState('');
  const shell = findShell();
  const take = useImportPack();
  return (
    <form
      className={styles.line}
      onSubmit={(event) => {
        event.preventDefault();
        if (path.trim() !== '') take(path.trim());
      }}
    >
      <TextInput
        className={styles.grow ?? ''}
        label={t('packPath')}
        value={path}
        disabled={isReadOnly}
        onChange={({ currentTarget }) => setPath(currentTarget.value)}
      />
      {shell !== null && (
        <Button variant="default" disabled={isReadOnly || isBusy} onClick={() => void choosePack(take)}>
          {t('chooseFile')}
        </Button>
      )}
      <Button type="submit" variant="default" disabled={isReadOnly || isBusy || path.trim() === ''}>
        {t('takePack')}
      </Button>
    </form>
  );
}

function Ended({ job }: { readonly job: JobView }) {
  const made = useJobResult('project.pack', job.command === 'project.pack' ? job.jobId : null).data;
  const taken = useJobResult('project.unpack', job.command === 'project.unpack' ? job.jobId : null).data;
  if (made !== undefined) return <Made {...made} />;
  return taken === undefined ? null : <Taken {...taken} />;
}

function Made({ path, bytes, photos, runs }: CommandOutput<'project.pack'>) {
  const t = useText('settings');
  const format = useFormat();
  const shell = findShell();
  return (
    <div className={styles.line} role="status">
      <span className={styles.path}>
        {t('packMade', {
          ...{ path, photos: format.count(photos), runs: format.count(runs), bytes: format.bytes(bytes) },
        })}
      </span>
      {shell !== null && (
        <Button size="compact-sm" variant="default" onClick={() => void shell.revealInFolder(path)}>
          {t('reveal')}
        </Button>
      )}
    </div>
  );
}

function Taken({ name, photos, runs }: CommandOutput<'project.unpack'>) {
  const t = useText('settings');
  const { count } = useFormat();
  const known = photos.known + runs.known;
  return (
    <div role="status">
      <p>{t('packTaken', { name, photos: count(photos.added), runs: count(runs.added) })}</p>
      {known > 0 && <p>{t('packKnown', { photos: count(photos.known), runs: count(runs.known) })}</p>}
      {photos.conflicts > 0 && <p>{t('packConflicts', { shown: count(photos.conflicts) })}</p>}
    </div>
  );
}
