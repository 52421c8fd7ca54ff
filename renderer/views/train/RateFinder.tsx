import { Button, Text } from '@mantine/core';
import { IconChartLine } from '@tabler/icons-react';
import { useState } from 'react';
import type { JobId } from '../../../shared/contract/jobs.ts';
import { Recipe } from '../../../shared/domain/recipe.ts';
import { useJob, useJobResult, useStartJob } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { CurveChart } from '../../parts/CurveChart.tsx';
import { draftStore } from './draft.ts';
import styles from './train.module.css';
import type { TrainPlan } from './use-train-plan.ts';

type RateFinderProps = { readonly plan: TrainPlan };

/** The learning-rate finder, its curve, and its suggestion. */
export function RateFinder({ plan: { draft, freeze } }: RateFinderProps) {
  const t = useText('train');
  const format = useFormat();
  const [jobId, setJobId] = useState<JobId | null>(null);
  const start = useStartJob('runs.find-rate');
  const isRunning = useJob(jobId)?.state === 'running';
  const { data } = useJobResult('runs.find-rate', jobId);
  return (
    <div className={styles.fieldGroup}>
      <Button
        mt="md"
        variant="default"
        leftSection={<IconChartLine size={16} aria-hidden />}
        loading={start.isPending || isRunning}
        onClick={() =>
          void start
            .mutateAsync({ backbone: draft.backbone, freeze, seed: draft.seed, recipe: draft.recipe })
            .then(setJobId, () => undefined)
        }
      >
        {t('findRate')}
      </Button>
      <Text size="xs" c="dimmed" mt={4}>
        {t('findRateHint')}
      </Text>
      {data !== undefined && (
        <>
          <CurveChart
            title={t('rateCurve')}
            x={data.points.map(({ learningRate }) => learningRate)}
            xLabel={t('rateAxis')}
            curves={[{ label: t('loss'), colour: 'var(--accent)', values: data.points.map(({ loss }) => loss) }]}
            isLogX
          />
          <Button
            variant="light"
            onClick={() =>
              draftStore.setState(({ recipe }) => ({
                recipe: Recipe.parse({ ...recipe, learningRate: data.suggested }),
                isRecipeOwn: true,
              }))
            }
          >
            {t('useRate', { rate: format.number(data.suggested) })}
          </Button>
        </>
      )}
    </div>
  );
}
