import { Anchor, Button } from '@mantine/core';
import { IconStack2 } from '@tabler/icons-react';
import type { Weighing, WeighReport } from '../../../shared/contract/ensembling.ts';
import type { SweepReport } from '../../../shared/contract/sweeps.ts';
import type { RunId } from '../../../shared/domain/ids.ts';
import { bestMembers } from '../../../shared/sweeps/members.ts';
import { useAction } from '../../lib/client/hooks.ts';
import { useKeptJob } from '../../lib/client/use-kept-job.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { notifyDone } from '../../lib/notify.tsx';
import { routeHash } from '../../lib/router.ts';
import { useFormat } from '../../lib/use-format.ts';
import { Banner } from '../../parts/Banner.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { Said } from '../../parts/Said.tsx';
import styles from './sweeps.module.css';

const MOST = 5; // more cost time at every answer, and add little

/** One button: the best trials answer together, with weights found on photos that taught none of them. */
export function EnsemblePanel({ report }: { readonly report: SweepReport }) {
  const t = useText('sweeps');
  const format = useFormat();
  const members = bestMembers<RunId>(report.trials, MOST);
  const job = useKeptJob('ensembles.weigh', { runIds: members, views: 'centre' });
  const canWeigh = members.length >= 2 && report.state !== 'running';
  return (
    <Panel title={t('ensemble')}>
      <p className={styles.hint}>
        {members.length < 2
          ? t('ensembleFew')
          : t('ensembleHint', { count: members.length, shown: format.count(members.length) })}
      </p>
      {job.output === undefined ? (
        <Button
          leftSection={<IconStack2 size={16} aria-hidden />}
          disabled={!canWeigh}
          loading={job.state === 'running'}
          onClick={job.start}
        >
          {t('ensembleBest')}
        </Button>
      ) : (
        <Weighed report={job.output} sweepName={report.name} />
      )}
      {job.state === 'failed' && (
        <Banner tone="danger" role="alert">
          <Said text={job.failure?.message ?? ''} />
        </Banner>
      )}
    </Panel>
  );
}

type WeighedProps = { readonly report: WeighReport; readonly sweepName: string };

/** What the weights with the least loss give, beside the best member alone. */
function Weighed({ report, sweepName }: WeighedProps) {
  const t = useText('sweeps');
  const format = useFormat();
  const save = useAction('ensembles.save');
  const { weighings, members, best, total, views, classes } = report;
  const weighing = weighings.reduce((a, b) => (b.loss < a.loss ? b : a));
  const alone = members.find(({ runId }) => runId === best);
  const name = t('ensembleName', { name: sweepName }).slice(0, 120);
  const used = membersOf(weighing, report).map((member) => ({ ...member, views }));
  const keep = (): void =>
    save.mutate(
      { name, members: used, method: weighing.method, best, classes },
      { onSuccess: () => notifyDone(t('ensembleSaved')) },
    );
  return (
    <>
      <p role="status">
        {t('ensembleResult', {
          together: format.percent(weighing.correct / total),
          interval: format.percentInterval(weighing.interval),
          alone: format.percent(alone === undefined ? null : alone.correct / total),
          fixed: format.count(weighing.fixed),
          broken: format.count(weighing.broken),
          total: format.count(total),
        })}
      </p>
      <div className={styles.choices}>
        <Button loading={save.isPending} disabled={save.isSuccess} onClick={keep}>
          {save.isSuccess ? t('ensembleSaved') : t('ensembleSave')}
        </Button>
        <Anchor href={routeHash(['evaluate', best, 'ensemble'])} size="sm">
          {t('ensembleOpen')}
        </Anchor>
      </div>
    </>
  );
}

function membersOf({ weights }: Weighing, { members }: WeighReport) {
  return members.map(({ runId }, at) => ({ runId, weight: weights[at]! })).filter(({ weight }) => weight > 0);
}
