import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import type { JobId } from '../../../shared/contract/jobs.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import { useAction, useCommand, useJob, useJobResult, useStartJob } from '../../lib/client/hooks.ts';
import { currentLanguage, useText } from '../../lib/i18n/i18n.ts';
import { saveText } from '../../lib/save-text.ts';
import { Banner } from '../../parts/Banner.tsx';
import { ExportModal } from './ExportModal.tsx';
import { ExportProof } from './ExportProof.tsx';
import styles from './export.module.css';

type RunFilesProps = { readonly run: RunRecord; readonly name: string };

/** What can be taken out of a finished run: exports, its passport; and training it again. */
export function RunFiles({ run, name }: RunFilesProps) {
  const t = useText('runs');
  const [isExporting, setIsExporting] = useState(false);
  const exports = useCommand('runs.exports', { runId: run.runId }).data?.exports ?? [];
  const passport = useAction('runs.passport');
  const fileName = `${name.replaceAll(/[^\p{L}\p{N}._ -]+/gu, '_').slice(0, 80)}.html`;
  const save = (): void =>
    passport.mutate(
      { runId: run.runId, output: null, language: currentLanguage() },
      { onSuccess: ({ html }) => saveText(fileName, html, 'text/html;charset=utf-8') },
    );
  const latest = exports.filter(({ format }, at) => exports.findIndex((one) => one.format === format) === at);
  return (
    <div className={styles.wishes}>
      <Group gap="xs">
        <Button size="xs" variant="default" onClick={() => setIsExporting(true)}>
          {t('export.open')}
        </Button>
        <Button size="xs" variant="default" loading={passport.isPending} onClick={save}>
          {t('passport.save')}
        </Button>
        <Reproduce run={run} />
      </Group>
      {latest.map((record) => (
        <ExportProof key={record.format} record={record} />
      ))}
      {isExporting && <ExportModal runId={run.runId} onClose={() => setIsExporting(false)} />}
    </div>
  );
}

function Reproduce({ run }: { readonly run: RunRecord }) {
  const t = useText('runs');
  const [jobId, setJobId] = useState<JobId | null>(null);
  const starting = useStartJob('runs.reproduce');
  const isRunning = useJob(jobId)?.state === 'running' || starting.isPending;
  const { data } = useJobResult('runs.reproduce', jobId);
  const start = (): void => starting.mutate({ runId: run.runId }, { onSuccess: setJobId });
  return (
    <>
      <Button size="xs" variant="default" loading={isRunning} onClick={start}>
        {t('passport.reproduce')}
      </Button>
      {data !== undefined && (
        <Banner tone={data.isSame ? 'good' : 'warning'} role="status">
          {data.isSame ? t('passport.same') : t('passport.notSame')}
          {data.differences.map(({ name, before, after }) => ` ${name}: ${before} → ${after}.`).join('')}
        </Banner>
      )}
    </>
  );
}
