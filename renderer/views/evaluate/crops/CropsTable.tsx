import { Tooltip } from '@mantine/core';
import type { CropsPoint, CropsReport } from '../../../../shared/contract/ensembling.ts';
import { useText } from '../../../lib/i18n/i18n.ts';
import { useFormat } from '../../../lib/use-format.ts';
import { Panel } from '../../../parts/Panel.tsx';
import styles from '../evaluate.module.css';
import { usePoints } from '../use-points.ts';
import { setName } from './crop-sets.ts';

/** Every set in figures, against the centre alone. */
export function CropsTable({ report }: { readonly report: CropsReport }) {
  const t = useText('ensemble');
  const heads = [
    { name: t('looksName') },
    { name: t('ms'), hint: t('msHint') },
    { name: t('right') },
    { name: t('overCentre') },
    { name: t('changed'), hint: t('changedHint') },
    { name: t('p'), hint: t('pHint') },
  ];
  return (
    <Panel>
      <div className={styles.matrixScroller}>
        <table className={styles.perClass} aria-label={t('crops.curve')}>
          <thead className={styles.heads}>
            <tr>
              <th scope="col" className={styles.rowHead}>
                {t('setsName')}
              </th>
              {heads.map(({ name, hint }) => (
                <th key={name} scope="col">
                  {hint === undefined ? (
                    name
                  ) : (
                    <Tooltip label={hint}>
                      <span>{name}</span>
                    </Tooltip>
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {report.points.map((point) => (
              <Row key={point.views} point={point} total={report.total} />
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function Row({ point, total }: { readonly point: CropsPoint; readonly total: number }) {
  const t = useText('ensemble');
  const format = useFormat();
  const points = usePoints();
  const { views, crops, msPerPhoto, correct, interval, fixed, broken, differenceInterval, adjustedP } = point;
  const isCentre = views === 'centre';
  return (
    <tr>
      <th scope="row" className={styles.rowHead}>
        {setName(t, views)}
      </th>
      <td>{format.count(crops)}</td>
      <td>{format.fixed(msPerPhoto, 1)}</td>
      <td>
        {format.percent(correct / total)} <span className={styles.quiet}>{format.percentInterval(interval)}</span>
      </td>
      <td>
        {isCentre ? (
          '–'
        ) : (
          <>
            {points((fixed - broken) / total)}{' '}
            <span className={styles.quiet}>
              {points(differenceInterval[0])} … {points(differenceInterval[1])}
            </span>
          </>
        )}
      </td>
      <td>{isCentre ? '–' : `${format.count(fixed)} / ${format.count(broken)}`}</td>
      <td>{isCentre ? '–' : adjustedP < 0.001 ? '< 0.001' : format.fixed(adjustedP, 2)}</td>
    </tr>
  );
}
