import { Select } from '@mantine/core';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { ENGINES, RAY, usePlaces } from './places.ts';
import styles from './sweeps.module.css';

type PlaceChoiceProps = { readonly place: string; readonly onChange: (place: string) => void };

/** This machine with some engines, or the cluster where it is switched on. */
export function PlaceChoice({ place, onChange }: PlaceChoiceProps) {
  const t = useText('sweeps');
  const format = useFormat();
  const { cluster } = usePlaces();
  const here = ENGINES.map((value) => ({
    value,
    label: value === 'auto' ? t('hereAuto') : t('here', { count: Number(value), shown: format.count(Number(value)) }),
  }));
  const there = cluster === null ? [] : [{ value: RAY, label: t('there', { address: new URL(cluster.address).host }) }];
  return (
    <Select
      aria-label={t('place')}
      className={styles.place}
      allowDeselect={false}
      data={[...here, ...there]}
      value={place}
      onChange={(value) => value !== null && onChange(value)}
    />
  );
}
