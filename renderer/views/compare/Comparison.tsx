import { Button, Group, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { ProjectSummary } from '../../../shared/contract/commands.ts';
import type { SplitSide } from '../../../shared/domain/ids.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import { NamedViewSet, type ViewSet } from '../../../shared/domain/view-set.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { photosOfSides } from '../../lib/photos-of-sides.ts';
import { SideChoice } from '../../parts/SideChoice.tsx';
import { Answers } from './Answers.tsx';
import styles from './compare.module.css';
import { DifferingSettings } from './DifferingSettings.tsx';
import { OverlaidCurves } from './OverlaidCurves.tsx';
import { VerdictRow } from './VerdictRow.tsx';

type ComparisonProps = { readonly runs: readonly RunRecord[]; readonly summary: ProjectSummary };

/** Verdict first, then why: settings, curves, classes, photos. */
export function Comparison({ runs, summary }: ComparisonProps) {
  const t = useText('compare');
  const counts = photosOfSides(summary);
  const [split, setSplit] = useState<SplitSide>(counts.val === 0 ? 'test' : 'val');
  const [views, setViews] = useState<ViewSet>('centre');
  const [agreed, setAgreed] = useState<string | null>(null);
  const [baseline, ...others] = runs;
  const look = `${split} ${views}`;
  const mayLook = split !== 'test' || agreed === look;
  const choices = NamedViewSet.options.map((value) => ({ value, label: t(`viewSet.${value}`) }));
  return (
    <>
      <div className={styles.choices}>
        <SideChoice label={t('split')} side={split} counts={counts} onChange={setSplit} />
        <SegmentedControl
          size="xs"
          aria-label={t('views')}
          value={views}
          data={choices}
          onChange={(value) => setViews(value as ViewSet)}
        />
      </div>
      {mayLook ? (
        <section className={styles.verdicts} aria-label={t('against')}>
          {others.map((other) => (
            <VerdictRow key={`${other.runId} ${look}`} first={baseline!} second={other} split={split} views={views} />
          ))}
          {split === 'test' && <p className={styles.quiet}>{t('testCounted')}</p>}
        </section>
      ) : (
        <TestQuestion
          hasValidation={counts.val > 0}
          onAgree={() => setAgreed(look)}
          onValidation={() => setSplit('val')}
        />
      )}
      <DifferingSettings runs={runs} />
      <OverlaidCurves runs={runs} />
      {mayLook && <Answers key={look} runs={runs} split={split} views={views} />}
    </>
  );
}

type TestQuestionProps = {
  readonly hasValidation: boolean;
  readonly onAgree: () => void;
  readonly onValidation: () => void;
};

function TestQuestion({ hasValidation, onAgree, onValidation }: TestQuestionProps) {
  const t = useText('compare');
  return (
    <div className={styles.question}>
      <h3>{hasValidation ? t('testAsk') : t('noValidation')}</h3>
      <p>{hasValidation ? t('testAskDetail') : t('noValidationDetail')}</p>
      <Group gap="xs">
        <Button size="xs" onClick={onAgree}>
          {t('testLook')}
        </Button>
        {hasValidation && (
          <Button size="xs" variant="default" onClick={onValidation}>
            {t('toValidation')}
          </Button>
        )}
      </Group>
    </div>
  );
}
