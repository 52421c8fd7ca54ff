import { Slider } from '@mantine/core';
import type { AugmentationPolicy } from '../../../shared/domain/augmentation.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import type { Distortion } from './distortions.ts';
import { setAugmentation } from './draft.ts';
import type { Extreme } from './Previews.tsx';
import styles from './train.module.css';

type DistortionRowProps = {
  readonly distortion: Distortion;
  readonly policy: AugmentationPolicy;
  readonly onExtreme: (extreme: Extreme | null) => void;
};

const UNITS = { share: '', degrees: '°', pixels: ' px', factor: '×', quality: '' } as const;

/** Probability and strength of one distortion; while the strength is held, the preview shows its end. */
export function DistortionRow({ distortion, policy, onExtreme }: DistortionRowProps) {
  const t = useText('train');
  const format = useFormat();
  const { id, strength, probability } = distortion;
  const name = t(`distortions.${id}`);
  const showEnd = (): void => onExtreme({ name: distortion.extremeName, end: 'high', title: name });
  const chance = probability?.(policy) ?? 0;
  const shownStrength = (value: number, unit: keyof typeof UNITS): string =>
    unit === 'share' ? format.percent(value, 0) : `${format.number(value)}${UNITS[unit]}`;
  const dose = [
    format.percent(chance, 0),
    ...(strength === null ? [] : [shownStrength(strength.read(policy), strength.scale.unit)]),
  ].join(' · ');
  return (
    <div className={styles.distortion}>
      <span>
        {name}
        {chance > 0 && <span className={styles.dose}>{dose}</span>}
      </span>
      <Slider
        thumbLabel={t('probability', { name })}
        min={0}
        max={1}
        step={0.05}
        value={chance}
        label={(value) => format.percent(value, 0)}
        onChange={(value) => setAugmentation(distortion.withProbability(policy, value))}
      />
      {strength !== null && (
        <Slider
          thumbLabel={t('strength', { name })}
          min={strength.scale.min}
          max={strength.scale.max}
          step={strength.scale.step}
          value={strength.read(policy)}
          disabled={chance === 0}
          label={(value) => shownStrength(value, strength.scale.unit)}
          onChange={(value) => {
            setAugmentation(strength.write(policy, value));
            showEnd();
          }}
          onChangeEnd={() => onExtreme(null)}
          onFocus={showEnd}
          onBlur={() => onExtreme(null)}
        />
      )}
    </div>
  );
}
