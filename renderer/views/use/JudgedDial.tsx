import { Button, Slider } from '@mantine/core';
import { useStore } from 'zustand';
import type { RunId } from '../../../shared/domain/ids.ts';
import type { RunJudgement } from '../../../shared/domain/judging.ts';
import { useAction } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { notifyDone } from '../../lib/notify.tsx';
import { useFormat } from '../../lib/use-format.ts';
import { type Answer, isSure } from './answer-groups.ts';
import { askedStore } from './asked-store.ts';
import styles from './use.module.css';
import { letInAt, missedAt } from './use-threshold.ts';

type JudgedDialProps = {
  readonly answers: readonly Answer[];
  readonly threshold: number;
  readonly judgement: RunJudgement;
  readonly runId: RunId;
};

/** The dial of a run that was calibrated: in percent of own photos missed, beside what it lets in; nothing is asked again. */
export function JudgedDial({ answers, threshold, judgement, runId }: JudgedDialProps) {
  const t = useText('use');
  const judging = useText('judging');
  const format = useFormat();
  const isMoved = useStore(askedStore, (state) => state.missedPercent) !== null;
  const setDial = useAction('runs.set-dial');
  const dial = judgement.dials[judgement.score];
  const missed = missedAt(dial, threshold);
  const letIn = letInAt(dial, threshold);
  const sure = answers.filter((answer) => isSure(answer, threshold)).length;
  const unsure = answers.length - sure;
  const shares = { missed: format.percent(missed / 100, 0), letIn: format.percent(letIn, 0) };
  return (
    <div className={styles.dial}>
      <div className={styles.dialWords}>
        <span id="use-dial">{letIn === null ? t('judgedMissed', shares) : t('judgedShares', shares)}</span>
        <span className={styles.counts} aria-live="polite">
          <strong>{t('sureCount', { count: sure, shown: format.count(sure) })}</strong>
          {' · '}
          {t('unsureCount', { count: unsure, shown: format.count(unsure) })}
        </span>
      </div>
      <Slider
        min={0}
        max={Math.max(1, dial.known.length - 1)}
        label={null}
        value={missed}
        thumbProps={{ 'aria-labelledby': 'use-dial' }}
        onChange={(missedPercent) => askedStore.setState({ missedPercent })}
      />
      <span className={styles.quiet}>
        {t('judgedHint', { score: judging(`score.${judgement.score}`) })}{' '}
        {isMoved && (
          <Button
            size="compact-xs"
            variant="subtle"
            loading={setDial.isPending}
            onClick={() =>
              setDial.mutate(
                { runId, score: judgement.score, threshold },
                { onSuccess: () => notifyDone(t('dialKept')) },
              )
            }
          >
            {t('keepDial')}
          </Button>
        )}
      </span>
    </div>
  );
}
