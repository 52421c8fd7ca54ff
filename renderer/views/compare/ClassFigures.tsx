import type { RunRecord } from '../../../shared/domain/run.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useClassColours } from '../../lib/use-class-colours.ts';
import { useFormat } from '../../lib/use-format.ts';
import { ClassChip } from '../../parts/ClassChip.tsx';
import { Panel } from '../../parts/Panel.tsx';
import styles from './compare.module.css';
import { classRows, type RunAnswers } from './comparison.ts';
import { RunHeads } from './RunHeads.tsx';

type ClassFiguresProps = { readonly runs: readonly RunRecord[]; readonly answers: readonly RunAnswers[] };

/** F1 of each class, run by run. */
export function ClassFigures({ runs, answers }: ClassFiguresProps) {
  const t = useText('compare');
  const format = useFormat();
  const colourOf = useClassColours();
  return (
    <Panel title={t('perClass')} aside={<span className={styles.quiet}>{t('perClassHint')}</span>}>
      <div className={styles.scroller}>
        <table className={styles.table} data-figures aria-label={t('perClass')}>
          <thead>
            <tr>
              <th scope="col">{t('className')}</th>
              <th scope="col">{t('photosOfClass')}</th>
              <RunHeads runs={runs} />
            </tr>
          </thead>
          <tbody>
            {classRows(answers).map(({ name, photos, f1 }, at) => (
              <tr key={name}>
                <th scope="row" title={name}>
                  <ClassChip name={name} colour={colourOf(name, at)} />
                </th>
                <td>{format.count(photos)}</td>
                {f1.map((value, run) => (
                  <td key={runs[run]!.runId} data-best={isBest(value, f1) || undefined}>
                    {format.percent(value)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

/** The highest of the row, where there is another that is lower. */
function isBest(value: number | null, row: readonly (number | null)[]): boolean {
  if (value === null) return false;
  const others = row.filter((one) => one !== null);
  return value === Math.max(...others) && others.some((one) => one < value);
}
