import { Modal } from '@mantine/core';
import { useState } from 'react';
import type { JobId } from '../../shared/contract/jobs.ts';
import { useJob, useJobResult, useStartJob } from '../lib/client/hooks.ts';
import { useDropTarget } from '../lib/drop-target.ts';
import { useText } from '../lib/i18n/i18n.ts';
import { goTo } from '../lib/router.ts';
import { isPackName, useImportPack } from '../lib/use-packs.ts';
import { ImportReport } from './ImportReport.tsx';

/** Imports photos and packs that are dropped where the view on screen has no use of its own for them, and tells how it ended. */
export function Imports() {
  const t = useText('photos');
  const app = useText('app');
  const [jobId, setJobId] = useState<JobId | null>(null);
  const start = useStartJob('library.import');
  const summary = useJobResult('library.import', jobId).data;
  const notes = useJob(jobId)?.notes ?? [];
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
      {summary !== undefined && <ImportReport summary={summary} notes={notes} />}
    </Modal>
  );
}
