import type { CalibrationReport } from '../../../../shared/contract/judging.ts';
import { useText } from '../../../lib/i18n/i18n.ts';
import { useFormat } from '../../../lib/use-format.ts';
import { Panel } from '../../../parts/Panel.tsx';
import styles from '../evaluate.module.css';
import own from './judging.module.css';

type ScoresPanelProps = { readonly report: CalibrationReport };

/** Which score parts own photos from strangers best, with intervals. */
export function ScoresPanel({ report }: ScoresPanelProps) {
  const t = useText('judging');
  const format = useFormat();
  const { judgement, scores, photos } = report;
  const known = photos.filter(({ isStranger }) => !isStranger).length;
  if (judgement.strangers === 0) {
    return (
      <Panel title={t('scores')}>
        <p className={styles.hint}>{t('noStrangers')}</p>
      </Panel>
    );
  }
  return (
    <Panel title={t('scores')}>
      <p className={styles.hint}>
        {t('scoresHint', { known: format.count(known), strangers: format.count(judgement.strangers) })}
      </p>
      <div className={styles.matrixScroller}>
        <table className={own.figures} aria-label={t('scores')}>
          <thead>
            <tr>
              <td />
              <th scope="col" title={t('areaHint')}>
                {t('area')}
              </th>
              <th scope="col" title={t('letInAt95Hint')}>
                {t('letInAt95')}
              </th>
            </tr>
          </thead>
          <tbody>
            {scores.map(({ score, separation }) => (
              <tr key={score}>
                <th scope="row">{t(`score.${score}`)}</th>
                <td>
                  {format.fixed(separation?.area, 3)}
                  {separation !== null &&
                    ` (${format.fixed(separation.areaInterval[0], 3)}–${format.fixed(separation.areaInterval[1], 3)})`}
                </td>
                <td>
                  {format.percent(separation?.letInAt95)}
                  {separation !== null && ` (${format.percentInterval(separation.letInInterval)})`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
