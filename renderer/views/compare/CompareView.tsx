import { Button } from '@mantine/core';
import { IconArrowsDiff } from '@tabler/icons-react';
import { useState } from 'react';
import type { ProjectSummary } from '../../../shared/contract/commands.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import { useCommand } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import type { ViewProps } from '../../lib/router.ts';
import { goTo } from '../../lib/router.ts';
import { useRunName } from '../../lib/use-run-name.ts';
import { Banner } from '../../parts/Banner.tsx';
import { EmptyState } from '../../parts/EmptyState.tsx';
import { Loading } from '../../parts/Loading.tsx';
import { ViewHeader } from '../../parts/ViewHeader.tsx';
import { Comparison } from './Comparison.tsx';
import styles from './compare.module.css';
import { chosenIds } from './comparison.ts';
import { RunPicker } from './RunPicker.tsx';

/** Two or more runs on the same photos; the first is the baseline. */
export function CompareView({ route }: ViewProps) {
  const t = useText('compare');
  const errors = useText('errors');
  const nameOf = useRunName();
  const runs = useCommand('runs.list', {});
  const summary = useCommand('project.summary', {}).data;
  if (runs.error) return <EmptyState title={errors(runs.error.failure.code)} detail={runs.error.message} />;
  if (runs.data === undefined || summary === undefined) return <Loading />;
  const finished = runs.data.filter(({ status }) => status === 'done');
  if (finished.length < 2) {
    return (
      <EmptyState
        icon={<IconArrowsDiff size={40} stroke={1.25} aria-hidden />}
        title={t('none')}
        detail={t(finished.length === 0 ? 'noneYet' : 'noneEnough')}
        action={{ label: t(finished.length === 0 ? 'trainFirst' : 'train'), onClick: () => goTo('train') }}
      />
    );
  }
  const named = runs.data.map((run) => ({ ...run, name: nameOf(run) }));
  return <ChosenRuns ids={chosenIds(route.rest)} runs={named} summary={summary} />;
}

type ChosenRunsProps = {
  readonly ids: readonly string[];
  readonly runs: readonly RunRecord[];
  readonly summary: ProjectSummary;
};

function ChosenRuns({ ids, runs, summary }: ChosenRunsProps) {
  const t = useText('compare');
  const finished = runs.filter(({ status }) => status === 'done');
  const chosen = ids.flatMap((id) => finished.find(({ runId }) => runId === id) ?? []);
  const missing = ids.filter((id) => !chosen.some(({ runId }) => runId === id));
  const isOdd = chosen.find(({ splitHash }) => splitHash !== chosen[0]!.splitHash);
  const chosenKey = chosen.map(({ runId }) => runId).join();
  const [agreed, setAgreed] = useState('');
  const mayReevaluate = agreed === chosenKey;
  return (
    <div>
      <ViewHeader title={t('title')} detail={t('detail')} />
      <div className={styles.body}>
        <RunPicker chosen={chosen} finished={finished} />
        {missing.map((id) => (
          <Banner key={id} tone="warning">
            <Missing run={runs.find(({ runId }) => runId === id)} />
          </Banner>
        ))}
        {chosen.length < 2 && (
          <EmptyState
            title={t('none')}
            detail={t('noneDetail')}
            action={{ label: t('chooseRuns'), onClick: () => goTo('runs') }}
          />
        )}
        {chosen.length >= 2 && isOdd !== undefined && !mayReevaluate && (
          <div className={styles.refusal} role="alert">
            <h3>{t('differentSplit')}</h3>
            <p>{t('differentSplitDetail', { first: chosen[0]!.name, second: isOdd.name })}</p>
            <Button size="xs" variant="default" onClick={() => setAgreed(chosenKey)}>
              {t('reevaluate')}
            </Button>
          </div>
        )}
        {chosen.length >= 2 && (isOdd === undefined || mayReevaluate) && (
          <Comparison key={chosenKey} runs={chosen} summary={summary} reevaluate={isOdd !== undefined} />
        )}
      </div>
    </div>
  );
}

function Missing({ run }: { readonly run: RunRecord | undefined }) {
  const t = useText('compare');
  return run === undefined ? t('gone') : t('unfinished', { name: run.name });
}
