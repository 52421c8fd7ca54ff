import { useState } from 'react';
import type { SplitSide } from '../../../shared/domain/ids.ts';
import type { ViewSet } from '../../../shared/domain/view-set.ts';
import { wilsonInterval } from '../../../shared/math/statistics.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { photosOfSides } from '../../lib/photos-of-sides.ts';
import { useFormat } from '../../lib/use-format.ts';
import { Banner } from '../../parts/Banner.tsx';
import { SideChoice } from '../../parts/SideChoice.tsx';
import { EvaluationResult } from './EvaluationResult.tsx';
import styles from './evaluate.module.css';
import type { TabProps } from './tab-props.ts';
import { ViewSetCards } from './ViewSetCards.tsx';

/** How often the run is right, and which photos it confuses. */
export function AnswersTab({ run, summary }: TabProps) {
  const t = useText('evaluate');
  const counts = photosOfSides(summary);
  const [split, setSplit] = useState<SplitSide>(counts.val === 0 ? 'test' : 'val');
  const [views, setViews] = useState<ViewSet>('centre');
  return (
    <div className={styles.body}>
      <div className={styles.choices}>
        <SideChoice label={t('split')} side={split} counts={counts} onChange={setSplit} />
      </div>
      {counts.val === 0 && <Banner tone="warning">{`${t('noValidation')}. ${t('noValidationDetail')}`}</Banner>}
      {split !== 'test' && run.config.selection.kind === 'cross-validation' && <LearntToo run={run} />}
      {split === 'test' && counts.val > 0 && <Banner tone="warning">{t('testHint')}</Banner>}
      {counts[split] === 0 ? (
        <Banner tone="warning">{t('noPhotos')}</Banner>
      ) : (
        <>
          <ViewSetCards run={run} split={split} current={views} onShow={setViews} />
          <EvaluationResult key={`${split} ${views}`} run={run} split={split} views={views} />
        </>
      )}
    </div>
  );
}

/** A run that was chosen by cross-validation is refit on all photos but those of the test: its figure here is no honest one. */
function LearntToo({ run }: Pick<TabProps, 'run'>) {
  const t = useText('evaluate');
  const format = useFormat();
  const { selectionCorrect: correct, selectionTotal: total } = run;
  if (correct === null || total === null) return <Banner tone="warning">{t('learntToo')}</Banner>;
  const interval = format.percentInterval(wilsonInterval(correct, total));
  const shown = { percent: format.percent(correct / total), interval, total: format.count(total) };
  return <Banner tone="warning">{`${t('learntToo')} ${t('learntFolds', shown)}`}</Banner>;
}
