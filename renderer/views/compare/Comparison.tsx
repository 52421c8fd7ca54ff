import { Button, Group, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { ProjectSummary } from '../../../shared/contract/commands.ts';
import type { SplitSide } from '../../../shared/domain/ids.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import { NamedViewSet, type ViewSet } from '../../../shared/domain/view-set.ts';
import { holmAdjusted } from '../../../shared/math/multiple-tests.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { photosOfSides } from '../../lib/photos-of-sides.ts';
import { SideChoice } from '../../parts/SideChoice.tsx';
import { Answers } from './Answers.tsx';
import styles from './compare.module.css';
import { DifferingSettings } from './DifferingSettings.tsx';
import { OverlaidCurves } from './OverlaidCurves.tsx';
import { SeedRows } from './SeedRows.tsx';
import { VerdictRow } from './VerdictRow.tsx';

type ComparisonProps = {
  readonly runs: readonly RunRecord[];
  readonly summary: ProjectSummary;
  readonly reevaluate: boolean;
};

/** Verdict first, then why: settings, curves, classes, photos. */
export function Comparison({ runs, summary, reevaluate }: ComparisonProps) {
  const t = useText('compare');
  const counts = photosOfSides(summary);
  const [split, setSplit] = useState<SplitSide>(counts.val === 0 ? 'test' : 'val');
  const [views, setViews] = useState<ViewSet>('centre');
  const [agreed, setAgreed] = useState<string | null>(null);
  const [found, setFound] = useState<ReadonlyMap<string, number>>(new Map());
  const [baseline, ...others] = runs;
  const look = `${split} ${views}`;
  const known = others.flatMap(({ runId }) => found.get(`${look} ${runId}`) ?? []);
  const adjusted = known.length < others.length ? known : holmAdjusted(known);
  const adjust = (p: number): number => adjusted[known.indexOf(p)] ?? p;
  const onP = (runId: string, p: number): void => setFound((old) => new Map(old).set(`${look} ${runId}`, p));
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
            <VerdictRow
              key={`${other.runId} ${look}`}
              first={baseline!}
              second={other}
              {...{ split, views, reevaluate, adjust, onP }}
            />
          ))}
          {others.length > 1 && <p className={styles.quiet}>{t('holm', { shown: others.length })}</p>}
          <SeedRows key={look} {...{ runs, split, views, reevaluate }} />
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
      {mayLook && <Answers key={look} {...{ runs, split, views, reevaluate }} />}
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
