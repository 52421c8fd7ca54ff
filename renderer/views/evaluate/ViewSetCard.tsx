import { Button, Tooltip } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import type { RunId, SplitSide } from '../../../shared/domain/ids.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import { type ViewSet, viewsOf } from '../../../shared/domain/view-set.ts';
import { type KeptJob, useKeptJob } from '../../lib/client/use-kept-job.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useSaid } from '../../lib/i18n/use-said.ts';
import { useFormat } from '../../lib/use-format.ts';
import { Banner } from '../../parts/Banner.tsx';
import styles from './evaluate.module.css';

export function useEvaluation(runId: RunId, split: SplitSide, views: ViewSet): KeptJob<'runs.evaluate'> {
  return useKeptJob('runs.evaluate', { runId, split, views });
}

export type ViewSetCardProps = {
  readonly run: RunRecord;
  readonly split: SplitSide;
  readonly views: ViewSet;
  readonly title: string;
  readonly hint: string;
  readonly current: ViewSet;
  readonly onShow: (views: ViewSet) => void;
  readonly children?: ReactNode; // below the figures: what the views are chosen with
};

/** One set of views: what it costs, what it gave, and the button that asks it. */
export function ViewSetCard({ run, split, views, title, hint, current, onShow, children }: ViewSetCardProps) {
  const t = useText('evaluate');
  const format = useFormat();
  const evaluation = useEvaluation(run.runId, split, views);
  const { state, start } = evaluation;
  const startsAlone = views === 'centre' && split === 'val' && state === 'none';
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when there is nothing yet
  useEffect(() => {
    if (startsAlone) start(); // the cheap one, on the photos that are there for it
  }, [startsAlone]);
  const looks = viewsOf(views).length;
  const isCurrent = views === current;
  const go = (): void => {
    start();
    onShow(views);
  };
  const label = split === 'test' ? t('evaluateAndCount') : t('evaluate');
  return (
    <section className={styles.card} data-current={isCurrent || undefined} aria-label={title}>
      <div className={styles.cardHead}>
        <Tooltip label={hint}>
          <h3 className={styles.cardTitle}>{title}</h3>
        </Tooltip>
        <span className={styles.quiet}>{t('cost', { count: looks, shown: format.count(looks) })}</span>
      </div>
      <CardFigures evaluation={evaluation} />
      {children}
      <div className={styles.cardActions}>
        {state === 'done' && (
          <Button
            size="compact-xs"
            variant={isCurrent ? 'light' : 'default'}
            aria-pressed={isCurrent}
            onClick={() => onShow(views)}
          >
            {isCurrent ? t('shown') : t('show')}
          </Button>
        )}
        <Button
          size="compact-xs"
          variant={state === 'done' ? 'subtle' : 'default'}
          {...(state === 'done' ? { color: 'gray' } : {})}
          loading={state === 'running'}
          onClick={go}
        >
          {state === 'done' ? (split === 'test' ? label : t('again')) : label}
        </Button>
      </div>
    </section>
  );
}

function CardFigures({ evaluation }: { readonly evaluation: KeptJob<'runs.evaluate'> }) {
  const t = useText('evaluate');
  const said = useSaid();
  const format = useFormat();
  const { output, state, failure, share } = evaluation;
  if (state === 'failed') {
    return (
      <Banner tone="danger" role="alert">
        {t('failed', { message: said(failure?.message ?? '') })}
      </Banner>
    );
  }
  if (output === undefined) {
    const shown = share === null ? t('running') : `${t('running')} ${format.percent(share, 0)}`;
    return (
      <p className={styles.cardFigure}>{state === 'running' ? <span className={styles.quiet}>{shown}</span> : '–'}</p>
    );
  }
  const { correct, total, accuracy, interval, elapsedMs, computed } = output;
  return (
    <p className={styles.cardFigure}>
      <span className={styles.big}>{format.percent(accuracy)}</span>
      <span className={styles.quiet}>{format.percentInterval(interval)}</span>
      <span className={styles.quiet}>
        {t('right', { correct: format.count(correct), total: format.count(total) })}
        {' · '}
        {computed === 0 ? t('stored') : t('msPhoto', { shown: format.number(elapsedMs / Math.max(1, total), 2) })}
      </span>
    </p>
  );
}
