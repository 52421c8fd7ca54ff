import type { RunId } from '../../../shared/domain/ids.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import { announce } from '../../lib/announce.ts';
import { useAction, useJobs, useStartJob } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { offerUndo } from '../../lib/notify.tsx';
import { goTo } from '../../lib/router.ts';
import { useFormat } from '../../lib/use-format.ts';

export const MOST_COMPARED = 6;

export type RunActions = {
  readonly rename: (runId: RunId, name: string) => void;
  readonly setTags: (runId: RunId, tags: readonly string[]) => void;
  readonly setNote: (runId: RunId, note: string) => void;
  readonly remove: (runIds: readonly RunId[]) => void;
  readonly resume: (runId: RunId) => void;
  readonly watch: (run: RunRecord) => void;
  readonly isResuming: boolean;
};

/** What can be done to saved runs; deleting offers the way back. */
export function useRunActions(): RunActions {
  const t = useText('runs');
  const format = useFormat();
  const update = useAction('runs.update');
  const remove = useAction('runs.delete');
  const restore = useAction('runs.restore');
  const resume = useStartJob('runs.resume');
  const jobs = useJobs();
  const saved = { onSuccess: () => announce(t('saved')) };
  return {
    rename: (runId, name) => {
      if (name.trim() !== '') update.mutate({ runId, name: name.trim().slice(0, 120) }, saved);
    },
    setTags: (runId, tags) => {
      const clean = tags.map((tag) => tag.trim().slice(0, 40)).filter((tag) => tag !== '');
      update.mutate({ runId, tags: [...new Set(clean)].slice(0, 20) }, saved);
    },
    setNote: (runId, note) => update.mutate({ runId, note: note.slice(0, 4000) }, saved),
    remove: (ids) => {
      const runIds = [...ids];
      const bringBack = (): void =>
        void restore.mutateAsync({ runIds }).then(() => announce(t('restored')), alreadyShown);
      const told = (): void => {
        const text = t('deleted', { count: runIds.length, shown: format.count(runIds.length) });
        announce(text);
        offerUndo(text, bringBack);
      };
      if (runIds.length > 0) void remove.mutateAsync({ runIds }).then(told, alreadyShown); // also when the view is gone by then
    },
    resume: (runId) => resume.mutate({ runId }, { onSuccess: (jobId) => goTo('run', jobId) }),
    watch: (run) =>
      goTo('run', jobs.find(({ runId, state }) => runId === run.runId && state === 'running')?.jobId ?? run.runId),
    isResuming: resume.isPending,
  };
}

function alreadyShown(): void {} // useAction shows failures
