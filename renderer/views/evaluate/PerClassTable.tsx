import { Tooltip } from '@mantine/core';
import { useText } from '../../lib/i18n/i18n.ts';
import { useClassColours } from '../../lib/use-class-colours.ts';
import { useFormat } from '../../lib/use-format.ts';
import { ClassChip } from '../../parts/ClassChip.tsx';
import styles from './evaluate.module.css';
import type { Figures } from './figures.ts';

type PerClassTableProps = { readonly classes: readonly string[]; readonly figures: Figures };

/** Precision, recall and F1 of each class. */
export function PerClassTable({ classes, figures }: PerClassTableProps) {
  const t = useText('evaluate');
  const format = useFormat();
  const colourOf = useClassColours();
  const heads = [
    { name: t('precision'), hint: t('precisionHint') },
    { name: t('recall'), hint: t('recallHint') },
    { name: t('f1'), hint: t('f1Hint') },
  ];
  return (
    <div className={styles.matrixScroller}>
      <table className={styles.perClass} aria-label={t('perClass')}>
        <thead className={styles.heads}>
          <tr>
            <th scope="col" className={styles.rowHead}>
              {t('className')}
            </th>
            <th scope="col">{t('photosOfClass')}</th>
            {heads.map(({ name, hint }) => (
              <th key={name} scope="col">
                <Tooltip label={hint}>
                  <span>{name}</span>
                </Tooltip>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {classes.map((name, at) => {
            const photos = figures.confusion[at]!.reduce((sum, count) => sum + count, 0);
            const answered = figures.confusion.reduce((sum, row) => sum + row[at]!, 0);
            const { precision, recall, f1 } = figures.perClass[at]!;
            return (
              <tr key={name}>
                <th scope="row" title={name} className={styles.rowHead}>
                  <ClassChip name={name} colour={colourOf(name, at)} />
                </th>
                <td>{format.count(photos)}</td>
                <td>{format.percent(answered === 0 ? null : precision)}</td>
                <td>{format.percent(photos === 0 ? null : recall)}</td>
                <td>{format.percent(photos + answered === 0 ? null : f1)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
