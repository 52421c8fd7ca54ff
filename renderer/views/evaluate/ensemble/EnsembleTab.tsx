import { Button, Checkbox, Loader, Tooltip } from '@mantine/core';
import { useState } from 'react';
import { MOST_MEMBERS } from '../../../../shared/domain/ensemble.ts';
import type { RunId } from '../../../../shared/domain/ids.ts';
import type { RunRecord } from '../../../../shared/domain/run.ts';
import { useCommand } from '../../../lib/client/hooks.ts';
import { type KeptJob, useKeptJob } from '../../../lib/client/use-kept-job.ts';
import { useText } from '../../../lib/i18n/i18n.ts';
import { useFormat } from '../../../lib/use-format.ts';
import { useRunName } from '../../../lib/use-run-name.ts';
import { Banner } from '../../../parts/Banner.tsx';
import { OftenLooked } from '../../../parts/OftenLooked.tsx';
import { Panel } from '../../../parts/Panel.tsx';
import { Said } from '../../../parts/Said.tsx';
import styles from '../evaluate.module.css';
import type { TabProps } from '../tab-props.ts';
import own from './ensemble.module.css';
import { PlanResult } from './PlanResult.tsx';
import { SavedEnsembles } from './SavedEnsembles.tsx';
import { WeighResult } from './WeighResult.tsx';

const PLAN_SETS = ['centre', 'mirror', 'ten-crop'] as const;

/** Runs that answer together: members, weights, what they cost, and those that were saved. */
export function EnsembleTab({ run }: TabProps) {
  const t = useText('ensemble');
  const finished = (useCommand('runs.list', {}).data ?? []).filter(({ status }) => status === 'done');
  const others = finished.filter(({ runId }) => runId !== run.runId);
  const [chosen, setChosen] = useState<readonly RunId[]>([run.runId]);
  if (others.length === 0) {
    return (
      <div className={styles.body}>
        <p className={styles.intro}>{t('intro')}</p>
        <Banner tone="warning">{t('tooFew')}</Banner>
      </div>
    );
  }
  const ordered = finished.filter(({ runId }) => chosen.includes(runId)).map(({ runId }) => runId);
  return (
    <div className={styles.body}>
      <p className={styles.intro}>{t('intro')}</p>
      <Members runs={[run, ...others]} chosen={chosen} onChange={setChosen} />
      {ordered.length >= 2 && <Together key={ordered.join()} runIds={ordered} runs={finished} />}
      <SavedEnsembles runs={finished} />
    </div>
  );
}

type MembersProps = {
  readonly runs: readonly RunRecord[];
  readonly chosen: readonly RunId[];
  readonly onChange: (chosen: readonly RunId[]) => void;
};

function Members({ runs, chosen, onChange }: MembersProps) {
  const t = useText('ensemble');
  const format = useFormat();
  const nameOf = useRunName();
  const isFull = chosen.length >= MOST_MEMBERS;
  return (
    <Panel title={t('members')} aside={<span className={styles.quiet}>{t('membersHint')}</span>}>
      <Checkbox.Group
        aria-label={t('pick')}
        value={[...chosen]}
        onChange={(values) => onChange(runs.map(({ runId }) => runId).filter((id) => values.includes(id)))}
      >
        <div className={own.members}>
          {runs.map((run) => (
            <Checkbox
              key={run.runId}
              size="xs"
              value={run.runId}
              disabled={isFull && !chosen.includes(run.runId)}
              label={
                <span className={own.member}>
                  <span className={own.memberName} title={nameOf(run)}>
                    {nameOf(run)}
                  </span>
                  <span className={styles.quiet}>{format.percent(run.bestValAccuracy)}</span>
                </span>
              }
            />
          ))}
        </div>
      </Checkbox.Group>
    </Panel>
  );
}

type TogetherProps = { readonly runIds: readonly RunId[]; readonly runs: readonly RunRecord[] };

function Together({ runIds, runs }: TogetherProps) {
  const t = useText('ensemble');
  const weighing = useKeptJob('ensembles.weigh', { runIds: [...runIds], views: 'centre' });
  const plan = { runIds: [...runIds], sets: [...PLAN_SETS] };
  const planning = useKeptJob('ensembles.plan', { ...plan, reportsTest: false });
  const tested = useKeptJob('ensembles.plan', { ...plan, reportsTest: true });
  const looks = tested.output?.testLooks ?? weighing.output?.testLooks ?? planning.output?.testLooks ?? 0;
  const front = tested.output ?? planning.output;
  return (
    <>
      <div className={styles.choices}>
        <Button size="xs" loading={weighing.state === 'running'} onClick={weighing.start}>
          {t('weigh')}
        </Button>
        <Tooltip label={t('frontHint')}>
          <Button size="xs" variant="default" loading={planning.state === 'running'} onClick={planning.start}>
            {t('plan')}
          </Button>
        </Tooltip>
        <Waiting job={weighing} text={t('weighing')} />
        <Waiting job={planning} text={t('planning')} />
      </div>
      <Failed job={weighing} />
      <Failed job={planning} />
      <Failed job={tested} />
      <OftenLooked looks={looks} />
      {weighing.output !== undefined && <WeighResult report={weighing.output} runs={runs} />}
      {front !== undefined && (
        <PlanResult plan={front} runs={runs} isTesting={tested.state === 'running'} onTest={tested.start} />
      )}
    </>
  );
}

type JobOf = KeptJob<'ensembles.weigh'> | KeptJob<'ensembles.plan'>;

function Waiting({ job: { state, share }, text }: { readonly job: JobOf; readonly text: string }) {
  const format = useFormat();
  if (state !== 'running') return null;
  return (
    <span className={styles.waiting} role="status">
      <Loader size="xs" aria-hidden />
      {text} {share === null ? '' : format.percent(share, 0)}
    </span>
  );
}

function Failed({ job: { state, failure } }: { readonly job: JobOf }) {
  if (state !== 'failed') return null;
  return (
    <Banner tone="danger" role="alert">
      <Said text={failure?.message ?? ''} />
    </Banner>
  );
}
