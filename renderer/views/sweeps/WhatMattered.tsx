import type { SweepReport } from '../../../shared/contract/sweeps.ts';
import { FEWEST_POINTS } from '../../../shared/sweeps/importance.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { Panel } from '../../parts/Panel.tsx';
import styles from './sweeps.module.css';
import { useDimensionTexts } from './use-dimension-texts.ts';

/** How much each setting decided, by shuffling it; nothing where that cannot be told. */
export function WhatMattered({ report: { importance } }: { readonly report: SweepReport }) {
  const t = useText('sweeps');
  const format = useFormat();
  const { nameOf } = useDimensionTexts();
  const most = Math.max(0.01, ...(importance ?? []).map(({ share }) => share));
  return (
    <Panel title={t('mattered')}>
      {importance === null ? (
        <p className={styles.hint}>{t('matteredNot', { fewest: format.count(FEWEST_POINTS) })}</p>
      ) : (
        <>
          <p className={styles.hint}>{t('matteredHint')}</p>
          <ul className={styles.bars} aria-label={t('mattered')}>
            {importance.map(({ name, share, interval }) => (
              <li key={name}>
                <span>{nameOf(name)}</span>
                <svg viewBox="0 0 100 8" preserveAspectRatio="none" className={styles.importance} aria-hidden="true">
                  <rect width={Math.max(0, (100 * share) / most)} height="8" />
                </svg>
                <span className={styles.figure}>
                  {format.fixed(nearZero(share), 2)}{' '}
                  <span className={styles.quiet}>
                    {format.fixed(nearZero(interval[0]), 2)} – {format.fixed(nearZero(interval[1]), 2)}
                  </span>
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}

/** No '-0.00'. */
function nearZero(value: number): number {
  return Math.abs(value) < 0.005 ? 0 : value;
}
