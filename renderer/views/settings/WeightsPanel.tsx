import { Button, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ImportedWeights } from '../../../shared/contract/weights.ts';
import { findShell } from '../../lib/client/connection.ts';
import { useHost, useJobResult, useJobs, useStartJob } from '../../lib/client/hooks.ts';
import { backboneTitle } from '../../lib/freeze-depth.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { Panel } from '../../parts/Panel.tsx';
import { Said } from '../../parts/Said.tsx';
import { KeptWeightsTable } from './KeptWeightsTable.tsx';
import styles from './settings.module.css';
import { WeightsCatalogue } from './WeightsCatalogue.tsx';

/** Pretrained weights that a person adds: from files, or from the catalogue. */
export function WeightsPanel() {
  const t = useText('settings');
  const arrivals = useJobs().filter(({ command }) => command === 'weights.import' || command === 'weights.download');
  const last = arrivals[0] ?? null;
  useAskedAgain(last === null ? '' : `${last.jobId} ${last.state}`);
  const command = last?.command === 'weights.download' ? 'weights.download' : 'weights.import';
  const imported = useJobResult(command, last?.jobId ?? null).data;
  return (
    <Panel title={t('weightsTitle')}>
      <div className={styles.stack}>
        <p className={styles.quiet}>{t('weightsHint')}</p>
        <AddFile isBusy={last?.state === 'running'} />
        {last?.state === 'failed' && last.failure !== null && (
          <p role="alert">
            <Said text={last.failure.message} />
          </p>
        )}
        {imported !== undefined && <ImportReport {...imported} />}
        <KeptWeightsTable />
        <WeightsCatalogue arriving={last?.state === 'running' ? last : null} />
      </div>
    </Panel>
  );
}

/** What depends on the weights that are there is asked again when an import began or ended. */
function useAskedAgain(standing: string): void {
  const { queries } = useHost();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the standing is what tells that something changed
  useEffect(() => {
    for (const name of ['weights.list', 'weights.catalogue', 'backbones.list'])
      void queries.invalidateQueries({ queryKey: [name] });
  }, [queries, standing]);
}

function AddFile({ isBusy }: { readonly isBusy: boolean }) {
  const t = useText('settings');
  const start = useStartJob('weights.import');
  const [path, setPath] = useState('');
  const shell = findShell();
  const add = (file: string): void => start.mutate({ path: file }, { onSuccess: () => setPath('') });
  const choose = async (): Promise<void> => {
    const file = (await shell?.pickWeights()) ?? null;
    if (file !== null) add(file);
  };
  return (
    <form
      className={styles.line}
      onSubmit={(event) => {
        event.preventDefault();
        if (path.trim() !== '') add(path.trim());
      }}
    >
      <TextInput
        className={styles.grow ?? ''}
        label={t('weightsPath')}
        value={path}
        onChange={(event) => setPath(event.currentTarget.value)}
      />
      {shell !== null && (
        <Button variant="default" onClick={() => void choose()}>
          {t('chooseFile')}
        </Button>
      )}
      <Button type="submit" loading={isBusy} disabled={path.trim() === ''}>
        {t('addWeights')}
      </Button>
    </form>
  );
}

function ImportReport({ weights, report }: ImportedWeights) {
  const t = useText('settings');
  const network = backboneTitle(report.network);
  const shape = (extents: readonly number[]): string => `[${extents.join(', ')}]`;
  const { matched, missingCount: missing, mismatchedCount: mismatched, unexpectedCount: unexpected } = report;
  const differing = [
    ...report.mismatched.map(({ name, expected, found }) => ({ name, expected: shape(expected), found: shape(found) })),
    ...report.missing.map(({ name, shape: expected }) => ({ name, expected: shape(expected), found: '–' })),
    ...report.unexpected.map(({ name, shape: found }) => ({ name, expected: '–', found: shape(found) })),
  ];
  return (
    <div role="status">
      <strong className={styles.label}>{t('importReport')}</strong>
      <p>{weights === null ? t('importUnfit', { network }) : t('importFits', { network, matched: String(matched) })}</p>
      <details>
        <summary>{t('reportFigures', { matched, missing, mismatched, unexpected })}</summary>
        <ul className={styles.notes}>
          {differing.map((each) => (
            <li key={each.name}>{t('expectedFound', each)}</li>
          ))}
        </ul>
      </details>
      {report.notes.map((note) => (
        <p key={note} className={styles.quiet}>
          <Said text={note} />
        </p>
      ))}
    </div>
  );
}
