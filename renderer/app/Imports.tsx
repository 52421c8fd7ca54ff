import { Modal } from '@mantine/core';
import { useState } from 'react';
import type { ImportSummary } from '../../shared/contract/commands.ts';
import type { JobId } from '../../shared/contract/jobs.ts';
import { useJobResult, useStartJob } from '../lib/client/hooks.ts';
import { useDropTarget } from '../lib/drop-target.ts';
import { useText } from '../lib/i18n/i18n.ts';
import { goTo } from '../lib/router.ts';
import { useFormat } from '../lib/use-format.ts';
import { isPackName, useImportPack } from '../lib/use-packs.ts';
import { Said } from '../parts/Said.tsx';
import styles from './Imports.module.css';

const MOST_LINES = 200;

/** Imports photos and packs that are dropped where the view on screen has no use of its own for them, and tells how it ended. */
export function Imports() {
  const t = useText('photos');
  const app = useText('app');
  const [jobId, setJobId] = useState<JobId | null>(null);
  const start = useStartJob('library.import');
  const summary = useJobResult('library.import', jobId).data;
  const takePack = useImportPack();
  useDropTarget({
    title: t('dropTitle'),
    detail: t('dropDetail'),
    onPaths: (paths) => {
      for (const pack of paths.filter(isPackName)) takePack(pack);
      const photos = paths.filter((path) => !isPackName(path));
      if (photos.length === 0) return;
      goTo('photos');
      start.mutate({ paths: photos, splitFromFolders: false }, { onSuccess: setJobId });
    },
  });
  return (
    <Modal
      opened={summary !== undefined}
      onClose={() => setJobId(null)}
      title={summary?.cancelled === true ? t('importStopped') : t('importEnd')}
      size="lg"
      closeButtonProps={{ 'aria-label': app('close') }}
    >
      {summary !== undefined && <ImportReport summary={summary} />}
    </Modal>
  );
}

type ImportReportProps = { readonly summary: ImportSummary };

function ImportReport({ summary }: ImportReportProps) {
  const t = useText('photos');
  const format = useFormat();
  const { found, imported, duplicates, skipped, conflicts, notReached } = summary;
  return (
    <>
      <p>{t('importCounts', { imported: format.count(imported), found: format.count(found) })}</p>
      {duplicates.length > 0 && <p>{t('importDuplicates', { shown: format.count(duplicates.length) })}</p>}
      {notReached > 0 && <p>{t('importNotReached', { shown: format.count(notReached) })}</p>}
      <Lines title={t('importSkipped')} lines={skipped.map(({ path, failure }) => ({ path, why: failure.message }))} />
      <Lines title={t('importConflicts')} lines={conflicts.map(({ path, message }) => ({ path, why: message }))} />
    </>
  );
}

type LinesProps = {
  readonly title: string;
  readonly lines: readonly { readonly path: string; readonly why: string }[];
};

function Lines({ title, lines }: LinesProps) {
  const format = useFormat();
  const app = useText('app');
  if (lines.length === 0) return null;
  return (
    <section>
      <h3 className={styles.title}>
        {title} ({format.count(lines.length)})
      </h3>
      <ul className={styles.list}>
        {lines.slice(0, MOST_LINES).map(({ path, why }) => (
          <li key={path}>
            <Said text={why.includes(path) ? why : `${path}: ${why}`} />
          </li>
        ))}
        {lines.length > MOST_LINES && <li>{app('moreJobs', { shown: format.count(lines.length - MOST_LINES) })}</li>}
      </ul>
    </section>
  );
}
