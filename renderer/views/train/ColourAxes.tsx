import { useCommand } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { axisGradient } from './axis-gradient.ts';
import styles from './train.module.css';

type ColourAxesProps = { readonly source: 'imagenet' | 'training-photos' };

/** The three principal axes of colour as swatches, through the mean colour. */
export function ColourAxes({ source }: ColourAxesProps) {
  const t = useText('train');
  const format = useFormat();
  const { data } = useCommand('augment.axes', { source });
  if (data === undefined) return null;
  const total = data.eigenvalues.reduce((sum, value) => sum + value, 0) || 1;
  return (
    <>
      <p className={styles.ladderNote}>{t('axes')}</p>
      <ul className={styles.axes}>
        {data.axes.map((axis, at) => (
          <li key={axis.join()} className={styles.axis}>
            <span>{at + 1}</span>
            <span
              className={styles.axisBar}
              style={{ background: axisGradient(data.mean, axis, data.eigenvalues[at]!) }}
            />
            <span>{t('axisShare', { share: format.percent(data.eigenvalues[at]! / total, 0) })}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
