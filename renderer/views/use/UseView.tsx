import { Button, Progress, Tooltip } from '@mantine/core';
import { IconFolderOpen, IconPhoto, IconWand } from '@tabler/icons-react';
import { useStore } from 'zustand';
import type { EnsembleRecord } from '../../../shared/domain/ensemble.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import { choosePhotos } from '../../lib/add-photos.ts';
import { useCommand } from '../../lib/client/hooks.ts';
import { useDropTarget } from '../../lib/drop-target.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { CLASSES_TO_TRAIN } from '../../lib/next-step.ts';
import { goTo } from '../../lib/router.ts';
import { useClassColours } from '../../lib/use-class-colours.ts';
import { EmptyState } from '../../parts/EmptyState.tsx';
import { Loading } from '../../parts/Loading.tsx';
import { ViewHeader } from '../../parts/ViewHeader.tsx';
import { Answers } from './Answers.tsx';
import { askedStore } from './asked-store.ts';
import { LastSort } from './LastSort.tsx';
import { RunChoice } from './RunChoice.tsx';
import { SortDialog } from './SortDialog.tsx';
import { bestUsableRun, usableEnsembles, usableRuns } from './usable-runs.ts';
import styles from './use.module.css';
import { type Asking, useAsking } from './use-asking.ts';

/** Third step: photos are dropped, a finished run answers. */
export function UseView() {
  const errors = useText('errors');
  const runs = useCommand('runs.list', {});
  const saved = useCommand('ensembles.list', {}).data?.ensembles ?? [];
  const chosenRun = useStore(askedStore, (state) => state.chosenRun);
  if (runs.error) return <EmptyState title={errors(runs.error.failure.code)} detail={runs.error.message} />;
  if (runs.data === undefined) return <Loading />;
  const usable = usableRuns(runs.data);
  const run = usable.find(({ runId }) => runId === chosenRun) ?? bestUsableRun(usable);
  if (run !== null) return <Use run={run} runs={usable} ensembles={usableEnsembles(saved, usable)} />;
  return <NothingLearned />;
}

/** What is missing until there is somebody to ask: photos of two classes, or a training. */
function NothingLearned() {
  const t = useText('use');
  const summary = useCommand('project.summary', {}).data;
  const names = (summary?.classes ?? [])
    .filter(({ train, val, test }) => train + val + test > 0)
    .map(({ name }) => name);
  const icon = <IconWand size={48} stroke={1.2} aria-hidden />;
  if (summary === undefined) return <Loading />;
  if (names.length >= CLASSES_TO_TRAIN) {
    const action = { label: t('goTrain'), onClick: () => goTo('train') };
    return <EmptyState icon={icon} title={t('noRun')} detail={t('noRunDetail')} action={action} />;
  }
  const detail = names[0] === undefined ? t('noClassDetail') : t('oneClassDetail', { name: names[0] });
  const action = { label: t('goPhotos'), onClick: () => goTo('photos') };
  return <EmptyState icon={icon} title={t('noRun')} detail={detail} action={action} />;
}

type UseProps = {
  readonly run: RunRecord;
  readonly runs: readonly RunRecord[];
  readonly ensembles: readonly EnsembleRecord[];
};

function Use({ run, runs, ensembles }: UseProps) {
  const t = useText('use');
  const views = useStore(askedStore, (state) => state.views);
  const chosenEnsemble = useStore(askedStore, (state) => state.chosenEnsemble);
  const ensemble = ensembles.find(({ ensembleId }) => ensembleId === chosenEnsemble) ?? null;
  const asking = useAsking({ run, ensembleId: ensemble?.ensembleId ?? null, views });
  const { name } = ensemble ?? run;
  const colourOf = useClassColours();
  useDropTarget({ title: t('dropTitle', { name }), detail: t('dropDetail'), onPaths: asking.ask });
  const isBusy = asking.state === 'running';
  return (
    <div className={styles.view}>
      <ViewHeader title={t('title')}>
        <AskAgain asking={asking} />
        <Button
          variant="default"
          leftSection={<IconPhoto size={16} aria-hidden />}
          disabled={isBusy}
          onClick={() => choosePhotos('files', asking.ask)}
        >
          {t('chooseFiles')}
        </Button>
        <Button
          leftSection={<IconFolderOpen size={16} aria-hidden />}
          disabled={isBusy}
          onClick={() => choosePhotos('folder', asking.ask)}
        >
          {t('chooseFolder')}
        </Button>
      </ViewHeader>
      <RunChoice {...{ run, runs, ensemble, ensembles, views }} />
      <LastSort onReview={({ reviewFolder }) => reviewFolder !== null && asking.ask([reviewFolder])} />
      <Outcome asking={asking} askers={[...runs, ...ensembles]} />
      <SortDialog colourOf={colourOf} />
    </div>
  );
}

function AskAgain({ asking: { askAgain, state } }: { readonly asking: Asking }) {
  const t = useText('use');
  if (askAgain === null || state === 'running') return null;
  return (
    <Tooltip label={t('askAgainHint')}>
      <Button variant="subtle" onClick={askAgain}>
        {t('askAgain')}
      </Button>
    </Tooltip>
  );
}

type OutcomeProps = { readonly asking: Asking; readonly askers: readonly (RunRecord | EnsembleRecord)[] };

function Outcome({ asking, askers }: OutcomeProps) {
  const t = useText('use');
  const { state, output, failure, share } = asking;
  if (state === 'none') {
    return (
      <div className={styles.dropHere}>
        <EmptyState
          icon={<IconPhoto size={48} stroke={1.2} aria-hidden />}
          title={t('emptyTitle')}
          detail={t('emptyDetail')}
        />
      </div>
    );
  }
  if (state === 'running') {
    return (
      <div className={styles.running} role="status">
        <p>{t('running')}</p>
        <Progress value={100 * (share ?? 1)} animated={share === null} aria-label={t('running')} />
      </div>
    );
  }
  if (state === 'failed' || output === undefined)
    return <EmptyState title={t('failed')} detail={failure?.message ?? t('forgotten')} />;
  const id = output.ensembleId ?? output.runId;
  const asker = askers.find((one) => ('ensembleId' in one ? one.ensembleId : one.runId) === id);
  return <Answers key={id} output={output} askerName={asker?.name ?? id} />;
}
