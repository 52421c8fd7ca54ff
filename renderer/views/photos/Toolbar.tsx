import { ActionIcon, SegmentedControl, Slider, Tooltip } from '@mantine/core';
import { IconLayoutSidebarRight } from '@tabler/icons-react';
import type { Photo } from '../../../shared/contract/library.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { AddButtons } from './AddButtons.tsx';
import type { Filter } from './filters.ts';
import styles from './photos.module.css';

type ToolbarProps = {
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
  readonly sidePixels: number;
  readonly onSide: (sidePixels: number) => void;
  readonly shown: number;
  readonly total: number;
  readonly selected: number;
  readonly isAsideOpen: boolean;
  readonly onAside: () => void;
};

/** Side of the split, thumbnail size, counts, and the way to add photos. */
export function Toolbar(props: ToolbarProps) {
  const { filter, onFilter, sidePixels, onSide, shown, total, selected, isAsideOpen, onAside } = props;
  const t = useText('photos');
  const app = useText('app');
  const format = useFormat();
  const sides = [
    { value: 'any', label: t('anySide') },
    ...(['train', 'val', 'test'] as const).map((side) => ({ value: side as string, label: app(`sides.${side}`) })),
  ];
  const setSide = (side: string): void =>
    onFilter({ ...filter, side: side === 'any' ? null : (side as NonNullable<Photo['side']>) });
  return (
    <div className={styles.toolbar}>
      <SegmentedControl size="xs" aria-label={t('side')} value={filter.side ?? 'any'} onChange={setSide} data={sides} />
      <span className={styles.toolbarFacts}>
        {t('shownOf', { shown: format.count(shown), total: format.count(total) })}
        {selected > 0 && ` · ${t('selected', { count: selected, shown: format.count(selected) })}`}
      </span>
      <span className={styles.push} />
      <Slider
        className={styles.sizeSlider}
        size="xs"
        min={72}
        max={248}
        step={4}
        label={null}
        value={sidePixels}
        onChange={onSide}
        thumbLabel={t('size')}
      />
      <AddButtons />
      <Tooltip label={t('details')}>
        <ActionIcon aria-label={t('details')} aria-pressed={isAsideOpen} onClick={onAside}>
          <IconLayoutSidebarRight size={18} stroke={1.6} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
