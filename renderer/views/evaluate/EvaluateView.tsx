import { Anchor } from '@mantine/core';
import { IconTargetArrow } from '@tabler/icons-react';
import { useState } from 'react';
import type { ProjectSummary } from '../../../shared/contract/commands.ts';
import type { SplitSide } from '../../../shared/domain/ids.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import type { ViewSet } from '../../../shared/domain/view-set.ts';
import { useCommand } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { photosOfSides } from '../../lib/photos-of-sides.ts';
import type { ViewProps } from '../../lib/router.ts';
import { goTo, routeHash } from '../../lib/router.ts';
import { useRunName } from '../../lib/use-run-name.ts';
import { Banner } from '../../parts/Banner.tsx';
import { EmptyState } from '../../parts/EmptyState.tsx';
import { Loading } from '../../parts/Loading.tsx';
import { SideChoice } from '../../parts/SideChoice.tsx';
import { ViewHeader } from '../../parts/ViewHeader.tsx';
import { EvaluationResult } from './EvaluationResult.tsx';
import styles from './evaluate.module.css';
import { ViewSetCards } from './ViewSetCards.tsx';

/** How good a finished run is on photos that it never learned from, and which of them it confuses. */
export function EvaluateView({ route }: ViewProps) {
  const t = useText('evaluate');
  const errors = useText('errors');
  const runs = useCommand('runs.list', {});
  const summary = useCommand('project.summary', {}).data;
  const toRuns = { label: t('toRuns'), onClick: () => goTo('runs') };
  const icon = <IconTargetArrow size={40} stroke={1.25} aria-hidden />;
  const runId = route.rest[0];
  if (runId === undefined) {
    return <EmptyState icon={icon} title={t('none')} detail={t('noneDetail')} action={toRuns} />;
  }
  if (runs.error) {
    return <EmptyState title={errors(runs.error.failure.code)} detail={runs.error.message} action={toRuns} />;
  }
  if (runs.data === undefined || summary === undefined) return <Loading />;
  const run = runs.data.find((one) => one.runId === runId);
  if (run === undefined) return <EmptyState icon={icon} title={t('gone')} detail={t('goneDetail')} action={toRuns} />;
  if (run.status !== 'done') {
    return <EmptyState icon={icon} title={t('unfinished')} detail={t('unfinishedDetail')} action={toRuns} />;
  }
  return <RunEvaluation key={run.runId} run={run} summary={summary} />;
}

type RunEvaluationProps = { readonly run: RunRecord; readonly summary: ProjectSummary };

function RunEvaluation({ run, summary }: RunEvaluationProps) {
  const t = useText('evaluate');
  const nameOf = useRunName();
  const counts = photosOfSides(summary);
  const [split, setSplit] = useState<SplitSide>(counts.val === 0 ? 'test' : 'val');
  const [views, setViews] = useState<ViewSet>('centre');
  return (
    <div className={styles.view}>
      <ViewHeader title={t('titleOf', { name: nameOf(run) })}>
        <Anchor href={routeHash(['runs'])} size="sm">
          {t('details')}
        </Anchor>
        <SideChoice label={t('split')} side={split} counts={counts} onChange={setSplit} />
      </ViewHeader>
      <div className={styles.body}>
        {counts.val === 0 && <Banner tone="warning">{`${t('noValidation')}. ${t('noValidationDetail')}`}</Banner>}
        {split === 'test' && counts.val > 0 && <Banner tone="warning">{t('testHint')}</Banner>}
        {counts[split] === 0 ? (
          <Banner tone="warning">{t('noPhotos')}</Banner>
        ) : (
          <>
            <ViewSetCards run={run} split={split} current={views} onShow={setViews} />
            <EvaluationResult key={`${split} ${views}`} run={run} split={split} views={views} />
          </>
        )}
      </div>
    </div>
  );
}
