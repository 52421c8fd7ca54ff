import { Checkbox, Select } from '@mantine/core';
import { useState } from 'react';
import { NamedViewSet, type OwnViews, viewSetText } from '../../../shared/domain/view-set.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import styles from './evaluate.module.css';
import { ViewSetCard, type ViewSetCardProps } from './ViewSetCard.tsx';

type ViewSetCardsProps = Pick<ViewSetCardProps, 'run' | 'split' | 'current' | 'onShow'>;

/** Centre, mirror, 10-crop and a grid of one's own side by side: what each costs, and what it gave. */
export function ViewSetCards(props: ViewSetCardsProps) {
  const t = useText('evaluate');
  return (
    <div className={styles.cards}>
      {NamedViewSet.options.map((views) => (
        <ViewSetCard key={views} {...props} views={views} title={t(`viewSet.${views}`)} hint={t(`viewHint.${views}`)} />
      ))}
      <OwnCard {...props} />
    </div>
  );
}

type Grid = { readonly side: number; readonly scales: string; readonly mirror: boolean };

const SIDES = [2, 3, 4, 5];
const SCALES = ['100', '100,125', '100,125,150'];

/** A grid of crops from edge to edge, in one or more scales, mirrored or not. */
function OwnCard(props: ViewSetCardsProps) {
  const t = useText('evaluate');
  const format = useFormat();
  const [grid, setGrid] = useState<Grid>({ side: 3, scales: '100', mirror: false });
  const scaleText = (scales: string): string =>
    scales
      .split(',')
      .map((scale) => format.percent(Number(scale) / 100, 0))
      .join(' + ');
  return (
    <ViewSetCard {...props} views={viewSetText(ownViews(grid))} title={t('ownViews')} hint={t('ownViewsHint')}>
      <div className={styles.own}>
        <Select
          size="xs"
          aria-label={t('ownGrid')}
          value={String(grid.side)}
          data={SIDES.map((side) => ({ value: String(side), label: `${side} × ${side}` }))}
          allowDeselect={false}
          onChange={(side) => setGrid({ ...grid, side: Number(side) })}
        />
        <Select
          size="xs"
          aria-label={t('ownScales')}
          value={grid.scales}
          data={SCALES.map((scales) => ({ value: scales, label: scaleText(scales) }))}
          allowDeselect={false}
          onChange={(scales) => setGrid({ ...grid, scales: scales ?? grid.scales })}
        />
        <Checkbox
          size="xs"
          label={t('ownMirror')}
          checked={grid.mirror}
          onChange={(event) => setGrid({ ...grid, mirror: event.currentTarget.checked })}
        />
      </div>
    </ViewSetCard>
  );
}

function ownViews({ side, scales, mirror }: Grid): OwnViews {
  return { version: 1, kind: 'grid', columns: side, rows: side, scalesPercent: scales.split(',').map(Number), mirror };
}
