import { Tooltip } from '@mantine/core';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { ladderRange, ladderY } from './ladder-scale.ts';
import styles from './train.module.css';

/** How well a softmax on the features after one stage does. */
export type Rung = {
  readonly title: string;
  readonly accuracy: number;
  readonly interval: readonly [number, number];
  readonly total: number;
};

/** What stands where no rung does, as its text is called. */
export type ProbeNote = 'probing' | 'probeLater' | 'probeNoWeights' | 'probeFailed' | 'notProbed';

type ProbeLadderProps = {
  readonly stops: readonly number[]; // places of the row, 0 to 1
  readonly rungs: readonly Rung[] | null;
  readonly note: ProbeNote;
  readonly stop: number;
};

const HEIGHT_PIXELS = 88;

/** Under each stop its probe accuracy as a dot with its interval. */
export function ProbeLadder({ stops, rungs, note, stop }: ProbeLadderProps) {
  const t = useText('train');
  const format = useFormat();
  if (rungs === null) return <p className={styles.ladderNote}>{t(note)}</p>;
  const range = ladderRange(rungs.map(({ interval }) => interval));
  const y = (accuracy: number): number => ladderY(accuracy, range, HEIGHT_PIXELS);
  return (
    <ul className={styles.ladder} style={{ height: HEIGHT_PIXELS }} aria-label={t('ladder')}>
      <li className={styles.ladderTop} aria-hidden="true">
        {format.percent(range[1], 0)}
      </li>
      <li className={styles.ladderBottom} aria-hidden="true">
        {format.percent(range[0], 0)}
      </li>
      {rungs.map((rung, at) => {
        const place = stops[at];
        if (place === undefined) return null;
        const text = t('rung', {
          stage: rung.title,
          accuracy: format.percent(rung.accuracy),
          interval: format.percentInterval(rung.interval),
          total: format.count(rung.total),
        });
        return (
          <Tooltip key={rung.title} label={text} openDelay={100}>
            <li
              className={styles.rung}
              style={{ left: `${100 * place}%` }}
              data-current={at === stop}
              aria-label={text}
            >
              <span
                className={styles.whisker}
                style={{ top: y(rung.interval[1]), height: Math.max(1, y(rung.interval[0]) - y(rung.interval[1])) }}
              />
              <span className={styles.rungDot} style={{ top: y(rung.accuracy) }} />
            </li>
          </Tooltip>
        );
      })}
    </ul>
  );
}
