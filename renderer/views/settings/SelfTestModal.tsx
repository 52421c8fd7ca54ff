import { Button, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { JobId } from '../../../shared/contract/jobs.ts';
import type { SelfTest } from '../../../shared/contract/weights.ts';
import { findShell } from '../../lib/client/connection.ts';
import { useJob, useJobResult, useStartJob } from '../../lib/client/hooks.ts';
import { backboneTitle } from '../../lib/freeze-depth.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { Said } from '../../parts/Said.tsx';
import styles from './settings.module.css';

type SelfTestModalProps = { readonly backbone: string; readonly onClose: () => void };

/** Asks weights about photos of known ImageNet classes, and says whether the preprocessing fits them. */
export function SelfTestModal({ backbone, onClose }: SelfTestModalProps) {
  const t = useText('settings');
  const app = useText('app');
  const [jobId, setJobId] = useState<JobId | null>(null);
  const [folder, setFolder] = useState('');
  const start = useStartJob('weights.self-test');
  const job = useJob(jobId);
  const test = useJobResult('weights.self-test', jobId).data;
  const shell = findShell();
  const choose = async (): Promise<void> => {
    const [chosen] = (await shell?.pickPhotos('folder')) ?? [];
    if (chosen !== undefined) setFolder(chosen);
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('selfTestOf', { name: backboneTitle(backbone) })}
      closeButtonProps={{ 'aria-label': app('close') }}
    >
      <form
        className={styles.stack}
        onSubmit={(event) => {
          event.preventDefault();
          start.mutate({ backbone, folder: folder.trim() }, { onSuccess: setJobId });
        }}
      >
        <p className={styles.quiet}>{t('selfTestHint')}</p>
        <div className={styles.line}>
          <TextInput
            className={styles.grow ?? ''}
            label={t('selfTestFolder')}
            value={folder}
            onChange={(event) => setFolder(event.currentTarget.value)}
          />
          {shell !== null && (
            <Button variant="default" onClick={() => void choose()}>
              {t('chooseFile')}
            </Button>
          )}
          <Button type="submit" loading={job?.state === 'running'} disabled={folder.trim() === ''}>
            {t('selfTestStart')}
          </Button>
        </div>
        {job?.state === 'failed' && job.failure !== null && (
          <p role="alert">
            <Said text={job.failure.message} />
          </p>
        )}
        {test !== undefined && <Verdict test={test} />}
      </form>
    </Modal>
  );
}

function Verdict({ test: { verdict, better, photos, tried, interval } }: { readonly test: SelfTest }) {
  const t = useText('settings');
  const format = useFormat();
  const own = tried[0]!;
  const figures = { right: format.count(own.top1), five: format.count(own.top5), photos: format.count(photos) };
  return (
    <div role="status">
      <strong className={styles.label}>
        {t(`selfTestVerdicts.${verdict}`, { better: better === null ? '–' : t(`preprocessings.${better}`) })}
      </strong>
      <p>{t('selfTestRight', { ...figures, interval: format.percentInterval(interval) })}</p>
      <details>
        <summary>{t('selfTestWays')}</summary>
        <ul className={styles.notes}>
          {tried.map(({ preprocessing, top1, top5 }) => (
            <li key={preprocessing}>
              {t('selfTestWay', {
                way: t(`preprocessings.${preprocessing}`),
                ...{ right: format.count(top1), five: format.count(top5) },
              })}
            </li>
          ))}
        </ul>
      </details>
    </div>
  );
}
