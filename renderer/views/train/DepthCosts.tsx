import { Button } from '@mantine/core';
import { IconStopwatch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { JobId } from '../../../shared/contract/jobs.ts';
import { EVERYTHING_FROM, LATER_STAGES_FROM } from '../../../shared/planning/regimes.ts';
import { useHost, useJob, useStartJob } from '../../lib/client/hooks.ts';
import { NO_VALUE } from '../../lib/format.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { hasSlowTrainer } from '../../lib/slow-device.ts';
import { useFormat } from '../../lib/use-format.ts';
import { Banner } from '../../parts/Banner.tsx';
import { Stat } from '../../parts/Stat.tsx';
import { usualPhotos } from './depth-summary.ts';
import { regimeOfStop } from './draft.ts';
import styles from './train.module.css';
import type { TrainPlan } from './use-train-plan.ts';

type DepthCostsProps = { readonly plan: TrainPlan };

/** What the depth under the handle means: a sentence, and its figures. */
export function DepthCosts({ plan }: DepthCostsProps) {
  const t = useText('train');
  const format = useFormat();
  const { summary, draft } = plan;
  const { planned } = summary;
  const hasPhotos = hasPhotosToLearnFrom(plan);
  const timeText = (seconds: number | null | undefined): string => {
    if (!hasPhotos) return NO_VALUE; // an epoch of nothing takes no time
    return seconds == null ? t('notMeasured') : format.duration(1000 * seconds);
  };
  return (
    <>
      <p className={styles.meaning}>
        <Meaning plan={plan} />
      </p>
      <div className={styles.stats}>
        <Stat label={t('parameters')} shown={format.compact(summary.learningParameters)} hint={t('parametersHint')} />
        <Stat
          label={t('multiplications')}
          shown={format.compact(planned?.trainedMultiplications ?? summary.trainedMultiplications)}
          hint={t('multiplicationsHint', { frozen: format.compact(summary.frozenMultiplications) })}
        />
        <Stat
          label={t('cache')}
          shown={hasPhotos ? format.bytes(planned?.cacheBytes) : NO_VALUE}
          hint={t('cacheHint')}
        />
        <Stat label={t('memory')} shown={format.bytes(planned?.peakMemoryBytes)} hint={t('memoryHint')} />
        <Stat label={t('epochTime')} shown={timeText(planned?.epochSeconds)} hint={t('epochTimeHint')} />
        <Stat
          label={t('totalTime')}
          shown={timeText(planned?.totalSeconds)}
          hint={t('totalTimeHint', { epochs: format.count(draft.recipe.epochs) })}
        />
      </div>
      {planned !== null && planned.verdict !== 'fits' && (
        <Banner tone={planned.verdict.endsWith('short') ? 'danger' : 'warning'} role="status">
          {t(`verdicts.${planned.verdict}`)}
        </Banner>
      )}
      {hasSlowTrainer(plan.device) && (
        <Banner tone="warning" role="status">
          {planned?.totalSeconds == null ? t('slowUntimed') : t('slow', { total: timeText(planned.totalSeconds) })}
        </Banner>
      )}
      {hasPhotos && plan.plan?.measured === null && <MeasureButton plan={plan} />}
    </>
  );
}

/** Until the host has counted them, they are taken to be there. */
function hasPhotosToLearnFrom({ plan }: TrainPlan): boolean {
  return plan === undefined || plan.photos.train > 0;
}

function Meaning({ plan }: DepthCostsProps) {
  const { summary, stop, stageIds } = plan;
  const t = useText('train');
  const format = useFormat();
  const regime = regimeOfStop(stop, stageIds.length - 1);
  const [from, to] = usualPhotos(regime, { laterStages: LATER_STAGES_FROM, everything: EVERYTHING_FROM });
  const learns = t('learns', { share: format.percent(summary.learningShare, summary.learningShare < 0.1 ? 1 : 0) });
  const planned = hasPhotosToLearnFrom(plan) ? summary.planned : null;
  const parts = [
    learns,
    planned?.epochSeconds == null ? null : t('anEpoch', { time: format.duration(1000 * planned.epochSeconds) }),
    planned === null ? null : t('cacheSize', { bytes: format.bytes(planned.cacheBytes) }),
    to === null
      ? t('goodFrom', { from: format.count(from) })
      : t('goodBetween', { from: format.count(from), to: format.count(to) }),
  ];
  return parts.filter((part) => part !== null).join(' · ');
}

function MeasureButton({ plan: { draft } }: DepthCostsProps) {
  const t = useText('train');
  const { queries } = useHost();
  const start = useStartJob('runs.plan');
  const [jobId, setJobId] = useState<JobId | null>(null);
  const state = useJob(jobId)?.state;
  useEffect(() => {
    if (state === 'done') void queries.invalidateQueries({ queryKey: ['runs.plan'] });
  }, [state, queries]);
  return (
    <Button
      variant="default"
      leftSection={<IconStopwatch size={16} aria-hidden />}
      loading={start.isPending || state === 'running'}
      onClick={() =>
        void start
          .mutateAsync({ backbone: draft.backbone, recipe: draft.recipe, measure: true })
          .then(setJobId, () => undefined)
      }
    >
      {t('measure')}
    </Button>
  );
}
