import { useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { useText } from '../../lib/i18n/i18n.ts';
import { useClassColours } from '../../lib/use-class-colours.ts';
import { EmptyState } from '../../parts/EmptyState.tsx';
import { AnswerDetail } from './AnswerDetail.tsx';
import { AnswerGrid } from './AnswerGrid.tsx';
import { AnswerToolbar } from './AnswerToolbar.tsx';
import { type Answer, answerGroups, answersOf, type Predictions } from './answer-groups.ts';
import { askedStore } from './asked-store.ts';
import { Skipped } from './Skipped.tsx';
import styles from './use.module.css';
import { useThreshold } from './use-threshold.ts';

type AnswersProps = { readonly output: Predictions; readonly askerName: string };

/** What a run answered: by class, the unsure ones apart, and what was skipped. */
export function Answers({ output, askerName }: AnswersProps) {
  const t = useText('use');
  const { classes, skipped } = output;
  const threshold = useThreshold(output.judgement);
  const order = useStore(askedStore, (state) => state.order);
  const [looked, setLooked] = useState<Answer | null>(null);
  const colourOf = useClassColours();
  const answers = useMemo(() => answersOf(output), [output]);
  const groups = useMemo(
    () => answerGroups(answers, classes, { threshold, order }),
    [answers, classes, threshold, order],
  );
  if (answers.length === 0) {
    return (
      <div className={styles.nothing}>
        <EmptyState title={t('nothing')} detail={t('nothingDetail')} />
        <Skipped skipped={skipped} isOpen />
      </div>
    );
  }
  return (
    <>
      <AnswerToolbar
        answers={answers}
        classes={classes}
        threshold={threshold}
        judgement={output.judgement}
        runId={output.runId}
        askerName={askerName}
        ensembleId={output.ensembleId}
      />
      <Skipped skipped={skipped} isOpen={false} />
      <AnswerGrid groups={groups} colourOf={colourOf} onLook={setLooked} />
      <AnswerDetail answer={looked} classes={classes} colourOf={colourOf} onClose={() => setLooked(null)} />
    </>
  );
}
