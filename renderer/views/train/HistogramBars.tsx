import type { KeyboardEvent, PointerEvent } from 'react';
import type { AugmentationPolicy } from '../../../shared/domain/augmentation.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import styles from './choices.module.css';
import { type ShiftChannel, shiftOfChannel, withBar } from './distortions.ts';
import { setAugmentation } from './draft.ts';

type HistogramBarsProps = { readonly policy: AugmentationPolicy; readonly channel: ShiftChannel };

const STEP = 0.05;
const LARGE_STEP = 0.25;

/** The change of a bar's height that a key makes; null: none. */
function heightAfter(key: string, height: number): number | null {
  const steps: Readonly<Record<string, number>> = {
    ...{ ArrowUp: STEP, ArrowRight: STEP, ArrowDown: -STEP, ArrowLeft: -STEP },
    ...{ PageUp: LARGE_STEP, PageDown: -LARGE_STEP, Home: -1, End: 1 },
  };
  const step = steps[key];
  return step === undefined ? null : Math.round(Math.min(1, Math.max(0, height + step)) * 100) / 100;
}

/** A person's own distribution of the shifts: bars that are drawn with the pointer or set with the arrow keys. */
export function HistogramBars({ policy, channel }: HistogramBarsProps) {
  const t = useText('train');
  const format = useFormat();
  const shift = shiftOfChannel(policy, channel);
  if (shift.kind !== 'histogram') return null;
  const highest = Math.max(1, ...shift.weights); // files may hold weights above 1
  const setHeight = (bar: number, height: number): void =>
    setAugmentation(withBar(policy, { bar, weight: height }, channel));
  const press = (event: KeyboardEvent, bar: number, height: number): void => {
    const next = heightAfter(event.key, height);
    if (next === null) return;
    event.preventDefault();
    setHeight(bar, next);
  };
  const draw = ({ buttons, clientY, currentTarget }: PointerEvent, bar: number): void => {
    if (buttons !== 1) return;
    const { bottom, height } = currentTarget.getBoundingClientRect();
    setHeight(bar, Math.round((100 * (bottom - clientY)) / height) / 100);
  };
  return (
    <fieldset className={styles.histogram}>
      <legend>{t('histogram')}</legend>
      <div className={styles.bars}>
        {shift.weights.map((weight, bar) => {
          const [from, to] = [shift.edges[bar]!, shift.edges[bar + 1]!];
          const height = weight / highest;
          return (
            <div
              key={from}
              role="slider"
              tabIndex={0}
              className={styles.bar}
              aria-orientation="vertical"
              aria-label={t('histogramBar', { from: format.percent(from, 0), to: format.percent(to, 0) })}
              aria-valuemin={0}
              aria-valuemax={100}
              aria-valuenow={Math.round(height * 100)}
              onKeyDown={(event) => press(event, bar, height)}
              onPointerDown={(event) => draw(event, bar)}
              onPointerMove={(event) => draw(event, bar)}
            >
              <span style={{ height: `${height * 100}%` }} />
            </div>
          );
        })}
      </div>
      <div className={styles.barEnds} aria-hidden="true">
        <span>{format.percent(shift.edges[0]!, 0)}</span>
        <span>0</span>
        <span>{format.percent(shift.edges.at(-1)!, 0)}</span>
      </div>
    </fieldset>
  );
}
