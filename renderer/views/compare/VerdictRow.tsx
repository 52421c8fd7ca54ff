import { Button, Loader, Tooltip } from '@mantine/core';
import { useEffect } from 'react';
import type { ComparisonReport } from '../../../shared/contract/comparing.ts';
import { MANY_LOOKS } from '../../../shared/domain/ensemble.ts';
import type { SplitSide } from '../../../shared/domain/ids.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import type { ViewSet } from '../../../shared/domain/view-set.ts';
import { wilsonInterval } from '../../../shared/math/statistics.ts';
import { type KeptJob, useKeptJob } from '../../lib/client/use-kept-job.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { OftenLooked } from '../../parts/OftenLooked.tsx';
import { Said } from '../../parts/Said.tsx';
import { Stat } from '../../parts/Stat.tsx';
import styles from './compare.module.css';
import { verdictOf } from './comparison.ts';

export type Pair = {
  readonly first: RunRecord; // the baseline
  readonly second: RunRecord;
  readonly split: SplitSide;
  readonly views: ViewSet;
  readonly reevaluate: boolean; // their splits differ: only photos that neither learnt from
};

export function useComparison({ first, second, split, views, reevaluate }: Pair): KeptJob<'runs.compare'> {
  const input = { first: first.runId, second: second.runId, split, views };
  return useKeptJob('runs.compare', reevaluate ? { ...input, reevaluate } : input);
}

type VerdictRowProps = Pair & {
  readonly adjust: (p: number) => number; // for how many runs are compared with the baseline
  readonly onP: (runId: string, p: number) => void;
};

/** One run against the baseline, in a sentence with its evidence. Starts the comparison where there is none yet. */
export function VerdictRow({ adjust, onP, ...pair }: VerdictRowProps) {
  const t = useText('compare');
  const app = useText('app');
  const { state, output, failure, start } = useComparison(pair);
  const isMissing = state === 'none';
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when there is nothing yet
  useEffect(() => {
    if (isMissing) start();
  }, [isMissing]);
  const p = output?.mcNemarP;
  // biome-ignore lint/correctness/useExhaustiveDependencies: told once it is known
  useEffect(() => {
    if (p !== undefined) onP(pair.second.runId, p);
  }, [p]);
  if (output !== undefined)
    return <VerdictText pair={pair} report={{ ...output, mcNemarP: adjust(output.mcNemarP) }} />;
  if (state === 'failed') {
    return (
      <div className={styles.refusal} role="alert">
        <p>
          <Said text={failure?.message ?? ''} />
        </p>
        <Button size="xs" variant="default" onClick={start}>
          {app('tryAgain')}
        </Button>
      </div>
    );
  }
  return (
    <div className={styles.verdict} role="status">
      <span className={styles.waiting}>
        <Loader size="xs" aria-hidden />
        {t('comparing')}
      </span>
    </div>
  );
}

type VerdictTextProps = { readonly pair: Pair; readonly report: ComparisonReport };

function VerdictText({ pair, report }: VerdictTextProps) {
  const t = useText('compare');
  const format = useFormat();
  const { kind, difference } = verdictOf(report);
  const names = { first: pair.first.name, second: pair.second.name };
  const points = (share: number): string =>
    `${share > 0 ? '+' : share < 0 ? '−' : ''}${format.number(Math.abs(Math.round(1000 * share) / 10), 3)}`;
  const { correct, total } = report;
  return (
    <div className={styles.verdict} data-kind={kind}>
      <div>
        <p className={styles.sentence}>{t(`verdict.${kind}`, { ...names, total: format.count(total) })}</p>
        <Tooltip label={t('evidenceHint')}>
          <p className={styles.quiet}>
            {t('evidence', {
              difference: points(difference),
              low: points(report.differenceInterval[0]),
              high: points(report.differenceInterval[1]),
              fixed: format.count(report.fixed.length),
              broken: format.count(report.broken.length),
              p: report.mcNemarP < 0.001 ? '< 0.001' : format.number(report.mcNemarP, 2),
            })}
          </p>
        </Tooltip>
        {report.learnt > 0 && (
          <p className={styles.quiet}>{t('learntOut', { count: report.learnt, shown: format.count(report.learnt) })}</p>
        )}
        {report.split === 'test' && report.testLooks < MANY_LOOKS && (
          <p className={styles.quiet}>
            {t('looks', { count: report.testLooks, shown: format.count(report.testLooks) })}
          </p>
        )}
        {report.split === 'test' && <OftenLooked looks={report.testLooks} />}
      </div>
      <div className={styles.stats}>
        {[pair.first, pair.second].map(({ runId, name }, at) => (
          <Stat
            key={runId}
            label={name}
            shown={format.percent(correct[at]! / Math.max(1, total))}
            interval={`${format.percentInterval(wilsonInterval(correct[at]!, total))} · ${t('right', { correct: format.count(correct[at]), total: format.count(total) })}`}
          />
        ))}
      </div>
    </div>
  );
}
