import { IconTargetArrow } from '@tabler/icons-react';
import { useCommand } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import type { ViewProps } from '../../lib/router.ts';
import { goTo } from '../../lib/router.ts';
import { EmptyState } from '../../parts/EmptyState.tsx';
import { Loading } from '../../parts/Loading.tsx';
import { EvaluateTabs } from './EvaluateTabs.tsx';

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
  return <EvaluateTabs key={run.runId} run={run} summary={summary} tab={route.rest[1]} />;
}
