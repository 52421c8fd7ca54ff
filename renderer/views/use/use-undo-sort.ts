import { useEffect, useState } from 'react';
import type { JobId } from '../../../shared/contract/jobs.ts';
import type { SortId } from '../../../shared/domain/sorting.ts';
import { useJob, useJobResult, useStartJob } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { saidNow } from '../../lib/i18n/use-said.ts';
import { notifyDone } from '../../lib/notify.tsx';
import { useFormat } from '../../lib/use-format.ts';

/** Takes a sort back as a job, and tells what came of it. */
export function useUndoSort(): { readonly undo: (sortId: SortId) => void; readonly isRunning: boolean } {
  const t = useText('use');
  const format = useFormat();
  const [jobId, setJobId] = useState<JobId | null>(null);
  const starting = useStartJob('sort.undo');
  const isRunning = useJob(jobId)?.state === 'running' || starting.isPending;
  const { data } = useJobResult('sort.undo', jobId);
  // biome-ignore lint/correctness/useExhaustiveDependencies: told once an answer
  useEffect(() => {
    if (data === undefined) return;
    const { restored, left } = data;
    const details = left.map(({ failure }) => saidNow(failure.message)).join('\n');
    notifyDone(t('sort.undone', { count: restored, shown: format.count(restored) }), details);
  }, [data]);
  return { undo: (sortId) => starting.mutate({ sortId }, { onSuccess: setJobId }), isRunning };
}
