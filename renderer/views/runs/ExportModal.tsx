import { Button, Checkbox, Modal, Progress, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { JobId } from '../../../shared/contract/jobs.ts';
import { ExportFormat } from '../../../shared/domain/export.ts';
import type { RunId } from '../../../shared/domain/ids.ts';
import { findShell } from '../../lib/client/connection.ts';
import { useAction, useJob, useJobResult, useStartJob } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { Banner } from '../../parts/Banner.tsx';
import { Said } from '../../parts/Said.tsx';
import { ExportProof } from './ExportProof.tsx';
import styles from './export.module.css';

type ExportModalProps = { readonly runId: RunId; readonly onClose: () => void };

/** A run for other programs: which formats, where to, and the proof that each answers as the app does. */
export function ExportModal({ runId, onClose }: ExportModalProps) {
  const t = useText('runs');
  const app = useText('app');
  const [jobId, setJobId] = useState<JobId | null>(null);
  const job = useJob(jobId);
  const { data } = useJobResult('runs.export', jobId);
  const isRunning = jobId !== null && data === undefined && job?.failure == null && job?.state !== 'cancelled';
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('export.title')}
      size="lg"
      closeButtonProps={{ 'aria-label': app('close') }}
    >
      {job?.failure != null && (
        <Banner tone="danger" role="alert">
          <Said text={job.failure.message} />
        </Banner>
      )}
      {isRunning ? <Running jobId={jobId} /> : data === undefined && <Wishes runId={runId} onStarted={setJobId} />}
      {data?.exports.map((record) => (
        <ExportProof key={record.format} record={record} />
      ))}
    </Modal>
  );
}

function Running({ jobId }: { readonly jobId: JobId }) {
  const t = useText('runs');
  const app = useText('app');
  const format = useFormat();
  const stopping = useAction('jobs.stop');
  const progress = useJob(jobId)?.progress ?? null;
  const share = progress?.total == null || progress.total === 0 ? null : progress.done / progress.total;
  const far = progress?.total == null ? '' : ` ${format.count(progress.done)} / ${format.count(progress.total)}`;
  return (
    <div className={styles.running} role="status">
      <p>
        {t('export.running')}
        {far}
      </p>
      <Progress value={100 * (share ?? 1)} animated={share === null} aria-label={t('export.running')} />
      <Button variant="default" onClick={() => stopping.mutate({ jobId })}>
        {app('cancel')}
      </Button>
    </div>
  );
}

type WishesProps = { readonly runId: RunId; readonly onStarted: (jobId: JobId) => void };

function Wishes({ runId, onStarted }: WishesProps) {
  const t = useText('runs');
  const [formats, setFormats] = useState<readonly ExportFormat[]>(['onnx']);
  const [preprocessing, setPreprocessing] = useState(true);
  const [output, setOutput] = useState('');
  const starting = useStartJob('runs.export');
  const toggle = (format: ExportFormat): void =>
    setFormats(formats.includes(format) ? formats.filter((one) => one !== format) : [...formats, format]);
  const start = (): void => {
    const wish = { runId, formats: [...formats], preprocessing, output: output.trim() === '' ? null : output };
    starting.mutate(wish, { onSuccess: onStarted });
  };
  return (
    <div className={styles.wishes}>
      <fieldset className={styles.formats}>
        <legend>{t('export.formats')}</legend>
        {ExportFormat.options.map((format) => (
          <Checkbox
            key={format}
            label={t(`export.format.${format}`)}
            description={t(`export.formatHint.${format}`)}
            checked={formats.includes(format)}
            onChange={() => toggle(format)}
          />
        ))}
      </fieldset>
      <Switch
        label={t('export.preprocessing')}
        description={t('export.preprocessingHint')}
        checked={preprocessing}
        disabled={!formats.includes('onnx')}
        onChange={({ currentTarget }) => setPreprocessing(currentTarget.checked)}
      />
      <Place output={output} onChange={setOutput} />
      <Button disabled={formats.length === 0} loading={starting.isPending} onClick={start}>
        {t('export.start')}
      </Button>
    </div>
  );
}

type PlaceProps = { readonly output: string; readonly onChange: (output: string) => void };

function Place({ output, onChange }: PlaceProps) {
  const t = useText('runs');
  const shell = findShell();
  const choose = async (): Promise<void> => {
    const folder = await shell?.pickTarget('folder', '');
    if (typeof folder === 'string') onChange(folder);
  };
  return (
    <div className={styles.place}>
      <TextInput
        label={t('export.output')}
        description={t('export.outputHint')}
        placeholder={t('export.outputOwn')}
        value={output}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      />
      {shell !== null && (
        <Button variant="default" onClick={() => void choose()}>
          {t('export.choose')}
        </Button>
      )}
    </div>
  );
}
