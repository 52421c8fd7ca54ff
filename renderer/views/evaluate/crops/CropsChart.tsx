import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { CropsReport } from '../../../../shared/contract/ensembling.ts';
import { useText } from '../../../lib/i18n/i18n.ts';
import { useFormat } from '../../../lib/use-format.ts';
import { CurveChart } from '../../../parts/CurveChart.tsx';
import { Panel } from '../../../parts/Panel.tsx';

type CropsChartProps = { readonly report: CropsReport };

/** Accuracy with its interval, against the number of crops or what they cost. */
export function CropsChart({ report: { points, total } }: CropsChartProps) {
  const t = useText('ensemble');
  const format = useFormat();
  const isTimed = points.every(({ msPerPhoto }) => msPerPhoto !== null);
  const [axis, setAxis] = useState<'crops' | 'ms'>('crops');
  const sorted = axis === 'ms' ? points.toSorted((a, b) => a.msPerPhoto! - b.msPerPhoto!) : points;
  const curves = [
    { label: t('crops.accuracy'), colour: 'var(--accent)', values: sorted.map(({ correct }) => correct / total) },
    {
      ...{ label: t('crops.low'), colour: 'var(--text-quiet)', isThin: true, dash: [4, 4] },
      values: sorted.map(({ interval }) => interval[0]),
    },
    {
      ...{ label: '', colour: 'var(--text-quiet)', isThin: true, dash: [4, 4] },
      values: sorted.map(({ interval }) => interval[1]),
    },
  ];
  const choice = isTimed && (
    <SegmentedControl
      size="xs"
      aria-label={t('crops.curve')}
      value={axis}
      data={[
        { value: 'crops', label: t('crops.byCrops') },
        { value: 'ms', label: t('crops.byMs') },
      ]}
      onChange={(value) => setAxis(value as typeof axis)}
    />
  );
  return (
    <Panel title={t('crops.curve')} aside={choice}>
      <CurveChart
        key={axis}
        title={t('crops.curve')}
        x={sorted.map(({ crops, msPerPhoto }) => (axis === 'ms' ? msPerPhoto! : crops))}
        xLabel={axis === 'ms' ? t('crops.axisMs') : t('crops.axisCrops')}
        curves={curves}
        formatY={(value) => format.percent(value, 0)}
      />
    </Panel>
  );
}
