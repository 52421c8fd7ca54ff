import { Button, Group } from '@mantine/core';
import type { CommandOutput } from '../../../shared/contract/commands.ts';
import { useCommand } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import styles from './sort.module.css';
import { useUndoSort } from './use-undo-sort.ts';

export type SortSummary = CommandOutput<'sort.list'>['sorts'][number];
type LastSortProps = { readonly onReview: (sort: SortSummary) => void };

/** The newest sort that was not undone: what it did, its unsure ones, and the way back, also after a restart. */
export function LastSort({ onReview }: LastSortProps) {
  const t = useText('use');
  const format = useFormat();
  const undoing = useUndoSort();
  const last = useCommand('sort.list', {}).data?.sorts.find(({ state }) => state !== 'undone');
  if (last === undefined) return null;
  const { sorted, review, mode, output, state, startedAt } = last;
  const count = sorted + review;
  return (
    <section className={styles.last} aria-label={t('sort.last')}>
      <div className={styles.lastWords}>
        <span>
          {t(`sort.done.${mode}`, { count, shown: format.count(count) })}
          {state === 'interrupted' && <strong> {t('sort.interrupted')}</strong>}
          {state === 'stopped' && ` ${t('sort.stopped')}`}
        </span>
        <span className={styles.path}>
          {output} · {format.dateTime(startedAt)}
        </span>
      </div>
      <Group gap="xs">
        {review > 0 && (
          <Button size="xs" variant="light" onClick={() => onReview(last)}>
            {t('sort.answerReview', { count: review, shown: format.count(review) })}
          </Button>
        )}
        <Button size="xs" variant="default" loading={undoing.isRunning} onClick={() => undoing.undo(last.sortId)}>
          {t('sort.undo')}
        </Button>
      </Group>
    </section>
  );
}
