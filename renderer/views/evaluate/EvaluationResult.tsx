import { Anchor } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { EvaluationReport } from '../../../shared/contract/commands.ts';
import type { SplitSide } from '../../../shared/domain/ids.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import type { ViewSet } from '../../../shared/domain/view-set.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { routeHash } from '../../lib/router.ts';
import { useFormat } from '../../lib/use-format.ts';
import { OftenLooked } from '../../parts/OftenLooked.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { Stat } from '../../parts/Stat.tsx';
import { CellPhotos } from './CellPhotos.tsx';
import { ConfusionMatrix } from './ConfusionMatrix.tsx';
import styles from './evaluate.module.css';
import { type Cell, type Figures, figuresAfter, firstCell, type Relabel } from './figures.ts';
import { PerClassTable } from './PerClassTable.tsx';
import { RetrainPanel } from './RetrainPanel.tsx';
import { useEvaluation } from './ViewSetCard.tsx';

const MOST_BESIDE = 10; // classes: more, and the photos go below the matrix

type EvaluationResultProps = { readonly run: RunRecord; readonly split: SplitSide; readonly views: ViewSet };

/** The matrix, its photos and the classes of one evaluation. */
export function EvaluationResult({ run, split, views }: EvaluationResultProps) {
  const { output } = useEvaluation(run.runId, split, views);
  const [relabels, setRelabels] = useState<ReadonlyMap<string, Relabel>>(new Map());
  if (output === undefined) return null;
  return (
    <Result report={output} run={run} relabels={relabels} onRelabels={(change) => setRelabels((old) => change(old))} />
  );
}

type ResultProps = {
  readonly report: EvaluationReport;
  readonly run: RunRecord;
  readonly relabels: ReadonlyMap<string, Relabel>;
  readonly onRelabels: (change: (old: ReadonlyMap<string, Relabel>) => ReadonlyMap<string, Relabel>) => void;
};

function Result({ report, run, relabels, onRelabels }: ResultProps) {
  const t = useText('evaluate');
  const figures = useMemo(() => figuresAfter(report.confusion, relabels.values()), [report, relabels]);
  const [cell, setCell] = useState<Cell | null>(() => (report.side === 'test' ? null : firstCell(report.confusion)));
  const { classes } = report;
  const isWide = classes.length > MOST_BESIDE;
  const perClass = (
    <Panel title={t('perClass')}>
      <PerClassTable classes={classes} figures={figures} />
    </Panel>
  );
  return (
    <>
      {report.side === 'test' && <OftenLooked looks={report.testLooks} />}
      <Notes report={report} figures={figures} changed={relabels.size} />
      <div className={styles.columns} data-wide={isWide || undefined}>
        <div className={styles.stack}>
          <Panel title={t('confusion')}>
            <p className={styles.hint}>{t('confusionHint')}</p>
            <ConfusionMatrix
              classes={classes}
              confusion={figures.confusion}
              previous={relabels.size === 0 ? null : report.confusion}
              current={cell}
              onChoose={setCell}
            />
          </Panel>
          {!isWide && perClass}
        </div>
        {cell !== null && (
          <CellPhotos
            key={`${cell.truth} ${cell.answer}`}
            run={run}
            report={report}
            cell={cell}
            relabels={relabels}
            onRelabels={onRelabels}
          />
        )}
      </div>
      {isWide && perClass}
      <RetrainPanel run={run} />
    </>
  );
}

type NotesProps = { readonly report: EvaluationReport; readonly figures: Figures; readonly changed: number };

function Notes({ report, figures, changed }: NotesProps) {
  const t = useText('evaluate');
  const format = useFormat();
  const counted = (count: number) => ({ count, shown: format.count(count) });
  const skipped = report.skipped.length;
  if (changed === 0 && skipped === 0 && report.side !== 'test') return null;
  return (
    <div className={styles.notes}>
      {report.side === 'test' && <span>{t('looks', counted(report.testLooks))}</span>}
      {skipped > 0 && <span>{t('skipped', counted(skipped))}</span>}
      {changed > 0 && (
        <>
          <Stat
            label={t('right', { correct: format.count(figures.correct), total: format.count(figures.total) })}
            shown={format.percent(figures.accuracy)}
            interval={format.percentInterval(figures.interval)}
          />
          <span>
            {t('relabelNote', counted(changed))}{' '}
            <Anchor size="sm" underline="always" href={routeHash(['train'])}>
              {t('trainAgain')}
            </Anchor>
          </span>
        </>
      )}
    </div>
  );
}
