import { Button, Progress, Tooltip } from '@mantine/core';
import { IconFlag, IconListDetails, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { useAction, useStartJob } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import type { ViewProps } from '../../lib/router.ts';
import { goTo } from '../../lib/router.ts';
import { isSlowDevice } from '../../lib/slow-device.ts';
import { useStageTitle } from '../../lib/stage-title.ts';
import { useRunName } from '../../lib/use-run-name.ts';
import { Banner } from '../../parts/Banner.tsx';
import { EmptyState } from '../../parts/EmptyState.tsx';
import { FailureText } from '../../parts/FailureText.tsx';
import { Loading } from '../../parts/Loading.tsx';
import { ViewHeader } from '../../parts/ViewHeader.tsx';
import { Curves } from './Curves.tsx';
import { Mistakes } from './Mistakes.tsx';
import { RunFigures } from './RunFigures.tsx';
import { RunLog } from './RunLog.tsx';
import styles from './run.module.css';
import { type RunPage, useRunPage } from './use-run-page.ts';

/** A training as it goes, and as it went. */
export function RunView({ route }: ViewProps) {
  const t = useText('run');
  const app = useText('app');
  const errors = useText('errors');
  const page = useRunPage(route.rest[0] ?? '');
  const nameOf = useRunName();
  const describe = useDescription();
  const { run, job } = page;
  if (run === null && job === null) {
    if (page.isLoading) return <Loading />;
    return (
      <EmptyState
        icon={<IconListDetails size={40} stroke={1.2} />}
        title={t('unknown')}
        detail={t('unknownDetail')}
        action={{ label: app('runs'), onClick: () => goTo('runs') }}
      />
    );
  }
  const failure = run?.failure ?? job?.failure ?? null;
  return (
    <>
      <ViewHeader title={run === null ? t('title') : nameOf(run)} detail={describe(page)}>
        <Actions page={page} />
      </ViewHeader>
      <div className={styles.page}>
        {page.isRunning && <LongProgress page={page} />}
        {failure !== null && failure.code !== 'CANCELLED' && (
          <Banner tone="danger" role="alert">
            <strong className={styles.failure}>{errors(failure.code)}</strong>
            <FailureText text={failure.message} />
          </Banner>
        )}
        {page.device !== null && isSlowDevice(page.device) && <Banner tone="warning">{t('slowDevice')}</Banner>}
        <RunFigures page={page} />
        <Curves epochs={page.epochs} />
        <div className={styles.pair}>
          <Mistakes page={page} />
          <RunLog page={page} />
        </div>
      </div>
    </>
  );
}

/** State, network and depth; not the network where the name says it. */
function useDescription(): (page: RunPage) => string {
  const t = useText('run');
  const stageTitle = useStageTitle();
  return ({ run, isRunning }) => {
    if (run === null) return t('states.running');
    const network = findNetwork(run.config.backbone);
    const stage = network.stages.find(({ id }) => id === run.config.frozenThrough)?.title ?? run.config.frozenThrough;
    const isFrozen = stage !== network.stages[0]?.title;
    return [
      t(`states.${isRunning ? 'running' : run.status}`),
      ...(run.name.includes(network.title) ? [] : [network.title]),
      isFrozen ? t('frozenThrough', { stage: stageTitle(stage) }) : t('nothingFrozen'),
    ].join(' · ');
  };
}

type PageProps = { readonly page: RunPage };

function LongProgress({ page: { job } }: PageProps) {
  const t = useText('app');
  const progress = job?.progress ?? null;
  const share =
    progress === null || progress.total === null || progress.total === 0 ? 0 : progress.done / progress.total;
  return (
    <Progress
      value={100 * share}
      animated={progress === null || progress.total === null}
      aria-label={progress === null ? t('phases.preparing') : t(`phases.${progress.phase}`)}
    />
  );
}

function Actions({ page }: PageProps) {
  const t = useText('run');
  const stop = useAction('jobs.stop');
  const finish = useAction('jobs.finish');
  const resume = useStartJob('runs.resume');
  const { job, run, isRunning } = page;
  if (isRunning && job !== null) {
    const { jobId } = job;
    return (
      <>
        <Tooltip label={t('finishHint')}>
          <Button
            variant="default"
            leftSection={<IconFlag size={16} aria-hidden />}
            loading={finish.isPending}
            disabled={page.epochs.length === 0}
            onClick={() => finish.mutate({ jobId })}
          >
            {t('finish')}
          </Button>
        </Tooltip>
        <Tooltip label={t('pauseHint')}>
          <Button
            leftSection={<IconPlayerPause size={16} aria-hidden />}
            loading={stop.isPending}
            onClick={() => stop.mutate({ jobId })}
          >
            {t('pause')}
          </Button>
        </Tooltip>
      </>
    );
  }
  if (page.isResumable && run !== null) {
    const goOn = (): void => {
      const start = resume.mutateAsync({ runId: run.runId });
      void start.then((jobId) => goTo('run', jobId)).catch(() => undefined); // shown by useStartJob
    };
    return (
      <Button leftSection={<IconPlayerPlay size={16} aria-hidden />} loading={resume.isPending} onClick={goOn}>
        {t('resume')}
      </Button>
    );
  }
  if (run?.status !== 'done') return null;
  return (
    <>
      <Button variant="default" onClick={() => goTo('evaluate', run.runId)}>
        {t('evaluate')}
      </Button>
      <Button onClick={() => goTo('use', run.runId)}>{t('use')}</Button>
    </>
  );
}
