import { useEffect } from 'react';
import type { SplitSide } from '../../../shared/domain/ids.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import type { ViewSet } from '../../../shared/domain/view-set.ts';
import { useKeptJob } from '../../lib/client/use-kept-job.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { Said } from '../../parts/Said.tsx';
import styles from './compare.module.css';
import { seedGroups } from './comparison.ts';

type SeedRowsProps = {
  readonly runs: readonly RunRecord[];
  readonly split: SplitSide;
  readonly views: ViewSet;
  readonly reevaluate: boolean;
};

/** Ways to train that were tried with several seeds, each against that of the baseline. */
export function SeedRows({ runs, split, views, reevaluate }: SeedRowsProps) {
  const [first, ...others] = seedGroups(runs);
  const isOnSeeds = runs.length > 1 + others.length; // some way has more than one
  if (reevaluate || !isOnSeeds) return null;
  return others.map((second) => <SeedRow key={second[0]!.runId} {...{ first: first!, second, split, views }} />);
}

type SeedRowProps = Omit<SeedRowsProps, 'runs' | 'reevaluate'> & {
  readonly first: readonly RunRecord[];
  readonly second: readonly RunRecord[];
};

function SeedRow({ first, second, split, views }: SeedRowProps) {
  const t = useText('compare');
  const format = useFormat();
  const ids = (runs: readonly RunRecord[]) => runs.map(({ runId }) => runId);
  const job = useKeptJob('runs.compare-seeds', { first: ids(first), second: ids(second), split, views });
  const { state, output, failure, start } = job;
  const isMissing = state === 'none';
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when there is nothing yet
  useEffect(() => {
    if (isMissing) start();
  }, [isMissing]);
  if (output === undefined)
    return (
      <p className={styles.quiet} role="status">
        <Said text={failure?.message ?? t('comparing')} />
      </p>
    );
  const [low, high] = output.differenceInterval;
  const kind = low > 0 ? 'second' : high < 0 ? 'first' : 'none';
  const points = (share: number): string =>
    `${share > 0 ? '+' : share < 0 ? '−' : ''}${format.number(Math.abs(Math.round(1000 * share) / 10), 3)}`;
  const way = (runs: readonly RunRecord[]): string =>
    t('seedWay', { count: runs.length, shown: format.count(runs.length), name: runs[0]!.name });
  return (
    <p className={styles.quiet}>
      {t(`seeds.${kind}`, { first: way(first), second: way(second) })}{' '}
      {t('seedEvidence', { difference: points(output.difference), low: points(low), high: points(high) })}
    </p>
  );
}
