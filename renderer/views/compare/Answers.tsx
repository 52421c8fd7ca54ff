import { Button } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import type { SplitSide } from '../../../shared/domain/ids.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import type { ViewSet } from '../../../shared/domain/view-set.ts';
import { useHost } from '../../lib/client/hooks.ts';
import { keptJobs } from '../../lib/client/kept-jobs.ts';
import { answersQuery } from '../../lib/client/use-answers.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { Said } from '../../parts/Said.tsx';
import { ClassFigures } from './ClassFigures.tsx';
import styles from './compare.module.css';
import type { RunAnswers } from './comparison.ts';
import { Galleries } from './Galleries.tsx';

type AnswersProps = {
  readonly runs: readonly RunRecord[];
  readonly split: SplitSide;
  readonly views: ViewSet;
  readonly reevaluate: boolean;
};

/** Classes and changed photos with what each run said. Of test photos the answers are asked for only on demand. */
export function Answers({ runs, split, views, reevaluate }: AnswersProps) {
  const t = useText('compare');
  const { client } = useHost();
  const [version] = useState(() => String(keptJobs.getState().revision));
  const [isAsked, setIsAsked] = useState(split !== 'test');
  const queries = useQueries({
    queries: runs.map(({ runId }) => answersQuery(client, { runId, split, views }, { version, isEnabled: isAsked })),
  });
  const answers = queries.map(({ data }) => data ?? null);
  const failed = queries.find(({ error }) => error !== null)?.error ?? null;
  const all = answers.every((one): one is RunAnswers & NonNullable<typeof one> => one !== null) ? answers : null;
  return (
    <>
      {!isAsked && (
        <div className={styles.question}>
          <p>{t('showAnswersDetail')}</p>
          <Button size="xs" variant="default" onClick={() => setIsAsked(true)}>
            {t('showAnswers')}
          </Button>
        </div>
      )}
      {failed !== null && (
        <p className={styles.hint}>
          <Said text={failed.message} />
        </p>
      )}
      {all !== null && <ClassFigures runs={runs} answers={all} />}
      <Galleries {...{ runs, split, views, reevaluate, answers }} />
    </>
  );
}
