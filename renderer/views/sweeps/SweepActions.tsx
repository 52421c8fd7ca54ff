import { Button, Tooltip } from '@mantine/core';
import { IconFlag, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import type { SweepReport } from '../../../shared/contract/sweeps.ts';
import { useAction, useStartJob } from '../../lib/client/hooks.ts';
import type { JobView } from '../../lib/client/jobs-store.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { PlaceChoice } from './PlaceChoice.tsx';
import { toSweepPlace, usePlaces } from './places.ts';

type SweepActionsProps = { readonly report: SweepReport; readonly job: JobView | null };

/** Stop while it works; go on where trials are left. */
export function SweepActions({ report, job }: SweepActionsProps) {
  if (job !== null) return <WhileItWorks job={job} />;
  const isLeft = report.trials.some(({ state }) => state === 'waiting' || state === 'left-out');
  return isLeft && report.state !== 'running' ? <GoOn report={report} /> : null;
}

function WhileItWorks({ job: { jobId } }: { readonly job: JobView }) {
  const t = useText('sweeps');
  const stop = useAction('jobs.stop');
  const finish = useAction('jobs.finish');
  return (
    <>
      <Tooltip label={t('finishHint')}>
        <Button
          variant="default"
          leftSection={<IconFlag size={16} aria-hidden />}
          loading={finish.isPending}
          disabled={finish.data?.asked === true}
          onClick={() => finish.mutate({ jobId })}
        >
          {t('finish')}
        </Button>
      </Tooltip>
      <Tooltip label={t('stopHint')}>
        <Button
          leftSection={<IconPlayerPause size={16} aria-hidden />}
          loading={stop.isPending}
          onClick={() => stop.mutate({ jobId })}
        >
          {t('stop')}
        </Button>
      </Tooltip>
    </>
  );
}

function GoOn({ report: { sweepId } }: Pick<SweepActionsProps, 'report'>) {
  const t = useText('sweeps');
  const { cluster } = usePlaces();
  const [place, setPlace] = useState('auto');
  const start = useStartJob('sweeps.run');
  return (
    <>
      <PlaceChoice place={place} onChange={setPlace} />
      <Button
        leftSection={<IconPlayerPlay size={16} aria-hidden />}
        loading={start.isPending}
        onClick={() => start.mutate({ sweep: { sweepId }, place: toSweepPlace(place, cluster) })}
      >
        {t('goOn')}
      </Button>
    </>
  );
}
