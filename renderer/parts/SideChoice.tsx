import { SegmentedControl } from '@mantine/core';
import type { SplitSide } from '../../shared/domain/ids.ts';
import { useText } from '../lib/i18n/i18n.ts';
import { useFormat } from '../lib/use-format.ts';

type SideChoiceProps = {
  readonly label: string;
  readonly side: SplitSide;
  readonly counts: Readonly<Record<SplitSide, number>>;
  readonly onChange: (side: SplitSide) => void;
};

/** Validation or test photos, with how many there are. */
export function SideChoice({ label, side, counts, onChange }: SideChoiceProps) {
  const app = useText('app');
  const format = useFormat();
  const option = (value: SplitSide) => ({
    value,
    label: `${app(`sides.${value}`)} ${format.count(counts[value])}`,
    disabled: counts[value] === 0,
  });
  return (
    <SegmentedControl
      size="xs"
      aria-label={label}
      value={side}
      data={[option('val'), option('test')]}
      onChange={(value) => onChange(value as SplitSide)}
    />
  );
}
