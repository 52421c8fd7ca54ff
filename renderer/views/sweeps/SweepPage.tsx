import { useState } from 'react';
import type { SweepReport } from '../../../shared/contract/sweeps.ts';
import type { SweepId } from '../../../shared/domain/sweep.ts';
import { useCommand } from '../../lib/client/hooks.ts';
import type { JobView } from '../../lib/client/jobs-store.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { goTo } from '../../lib/router.ts';
import { useFormat } from '../../lib/use-format.ts';
import { Banner } from '../../parts/Banner.tsx';
import { EmptyState } from '../../parts/EmptyState.tsx';
import { Loading } from '../../parts/Loading.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { Said } from '../../parts/Said.tsx';
import { ViewHeader } from '../../parts/ViewHeader.tsx';
import { BestSoFar } from './BestSoFar.tsx';
import { EnsemblePanel } from './EnsemblePanel.tsx';
import { ParallelCoordinates } from './ParallelCoordinates.tsx';
import { PointTable } from './PointTable.tsx';
import { StopRules } from './StopRules.tsx';
import { SweepActions } from './SweepActions.tsx';
import { SweepProgress } from './SweepProgress.tsx';
import styles from './sweeps.module.css';
import { WhatMattered } from './WhatMattered.tsx';

type SweepPageProps = { readonly sweepId: SweepId; readonly job: JobView | null }; // job: that works on it now

/** A sweep as it goes, and as it went. */
export function SweepPage({ sweepId, job }: SweepPageProps) {
  const t = useText('sweeps');
  const errors = useText('errors');
  const { data, error } = useCommand('sweeps.show', { sweepId }, { keepsPrevious: true });
  if (error) {
    const action = { label: t('title'), onClick: () => goTo('sweeps') };
    return <EmptyState title={errors(error.failure.code)} detail={error.message} action={action} />;
  }
  if (data === undefined) return <Loading />;
  return <Report report={data} job={job} />;
}

type ReportProps = { readonly report: SweepReport; readonly job: JobView | null };

function Report({ report, job }: ReportProps) {
  const t = useText('sweeps');
  const describe = useDescription();
  const [marked, setMarked] = useState<number | null>(null);
  const hasPoints = report.points.length > 0;
  return (
    <>
      <ViewHeader title={report.name} detail={describe(report)}>
        <SweepActions report={report} job={job} />
      </ViewHeader>
      <div className={styles.page}>
        {job !== null && <SweepProgress job={job} />}
        <Failed report={report} />
        {!hasPoints && job === null && <Banner tone="warning">{t('nothingEnded')}</Banner>}
        {hasPoints && (
          <>
            <Panel title={t('lines')}>
              <ParallelCoordinates report={report} marked={marked} />
            </Panel>
            <Panel title={t('points')}>
              <PointTable report={report} marked={marked} onMark={setMarked} />
            </Panel>
          </>
        )}
        <div className={styles.pair}>
          {hasPoints && <BestSoFar report={report} />}
          {hasPoints && <WhatMattered report={report} />}
          <StopRules report={report} />
          {hasPoints && <EnsemblePanel report={report} />}
        </div>
      </div>
    </>
  );
}

const KNOWN_ENDS = ['stopped', 'interrupted', 'runs', 'minutes', 'epochs'] as const;

/** State, why it ended, how many trials ended, and how long it worked. */
function useDescription(): (report: SweepReport) => string {
  const t = useText('sweeps');
  const format = useFormat();
  return ({ state, endedBy, ended, trials, workedMs }) => {
    if (state === 'running') return t('states.running'); // the bar says the rest
    const known = KNOWN_ENDS.find((one) => one === endedBy);
    return [
      t(`states.${state}`),
      ...(known === undefined ? [] : [t(`ends.${known}`)]),
      t('trialsEnded', { ended: format.count(ended), trials: format.count(trials.length) }),
      format.duration(workedMs),
    ].join(' · ');
  };
}

/** What paused it, and the first of the trials that failed. */
function Failed({ report: { endedBy, trials } }: { readonly report: SweepReport }) {
  const t = useText('sweeps');
  const format = useFormat();
  const failed = trials.filter(({ state }) => state === 'failed');
  const isOwn = endedBy !== null && endedBy !== 'asked to' && !KNOWN_ENDS.some((one) => one === endedBy);
  if (!isOwn && failed.length === 0) return null;
  return (
    <Banner tone="danger" role="alert">
      {isOwn && endedBy}
      {failed.length > 0 && (
        <>
          {t('failed', { count: failed.length, shown: format.count(failed.length) })} #{failed[0]!.position + 1}:{' '}
          <Said text={failed[0]!.failureMessage ?? ''} />
        </>
      )}
    </Banner>
  );
}
