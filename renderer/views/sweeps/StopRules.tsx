import type { SweepReport } from '../../../shared/contract/sweeps.ts';
import { mostEpochsOf, rungsOf } from '../../../shared/sweeps/halving.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { Panel } from '../../parts/Panel.tsx';
import styles from './sweeps.module.css';

/** When a trial is stopped early, and when no more of them start; what of that was spent. */
export function StopRules({ report }: { readonly report: SweepReport }) {
  const t = useText('sweeps');
  const format = useFormat();
  const { spec, trials, workedMs } = report;
  const spent = {
    runs: trials.filter(({ attempts }) => attempts > 0).length,
    minutes: workedMs / 60_000,
    epochs: trials.reduce((sum, { epochs }) => sum + epochs, 0),
  };
  const limits = (['runs', 'minutes', 'epochs'] as const).flatMap((name) => {
    const limit = spec.budget[name];
    return limit === null ? [] : [{ name, limit }];
  });
  return (
    <Panel title={t('rules')}>
      <ul className={styles.rules}>
        {limits.map(({ name, limit }) => (
          <li key={name}>
            {t(`limitNames.${name}`)}:{' '}
            {t('spent', { spent: format.number(spent[name], 4), limit: format.number(limit, 6) })}
          </li>
        ))}
        {limits.length === 0 && <li>{t('noLimits', { trials: format.count(trials.length) })}</li>}
        {spec.halving === null && <li>{t('noHalving')}</li>}
        {spec.folds !== null && <li>{t('foldsRule', { folds: format.count(spec.folds) })}</li>}
      </ul>
      {spec.halving !== null && <Rungs report={report} />}
    </Panel>
  );
}

function Rungs({ report: { spec, trials } }: { readonly report: SweepReport }) {
  const t = useText('sweeps');
  const format = useFormat();
  const stopped = trials.filter(({ state }) => state === 'stopped').length;
  const { eta } = spec.halving!;
  return (
    <>
      <p className={styles.hint}>
        {t('rungsHint', { eta: format.number(eta), count: stopped, shown: format.count(stopped) })}
      </p>
      <ul className={styles.rules} aria-label={t('rungs')}>
        {rungsOf(spec.halving!, mostEpochsOf(spec)).map((rung) => (
          <li key={rung}>
            {t('rung', {
              epoch: format.count(rung),
              came: format.count(trials.filter(({ epochs }) => epochs >= rung).length),
              went: format.count(trials.filter(({ epochs }) => epochs > rung).length),
            })}
          </li>
        ))}
      </ul>
    </>
  );
}
