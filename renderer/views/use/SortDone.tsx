import { Button, Group } from '@mantine/core';
import type { CommandOutput } from '../../../shared/contract/commands.ts';
import { findShell } from '../../lib/client/connection.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { Banner } from '../../parts/Banner.tsx';
import { ClassChip } from '../../parts/ClassChip.tsx';
import type { ColourOf } from './AnswerGrid.tsx';
import { Skipped } from './Skipped.tsx';
import styles from './sort.module.css';

type SortDoneProps = {
  readonly report: CommandOutput<'sort.start'>;
  readonly colourOf: ColourOf;
  readonly onUndo: () => void;
  readonly onClose: () => void;
};

/** What was sorted, and the way back. */
export function SortDone({ report, colourOf, onUndo, onClose }: SortDoneProps) {
  const t = useText('use');
  const app = useText('app');
  const format = useFormat();
  const shell = findShell();
  const { sorted, review, strangers, perClass, skipped, cancelled, output, mode } = report;
  const count = sorted + review;
  return (
    <div className={styles.choice}>
      <Banner tone={cancelled ? 'warning' : 'good'} role="status">
        {t(`sort.done.${mode}`, { count, shown: format.count(count) })}
        {cancelled ? ` ${t('sort.stopped')}` : ''}
      </Banner>
      <ul className={styles.counts} aria-label={t('sort.preview')}>
        {perClass.map(({ name, photos }, position) => (
          <li key={name}>
            <ClassChip name={name} colour={colourOf(name, position)} />
            <strong>{format.count(photos)}</strong>
          </li>
        ))}
        <li>
          <span className={styles.review}>{t('sort.review')}</span>
          <strong>{format.count(review)}</strong>
        </li>
      </ul>
      {strangers !== null && review > 0 && (
        <p className={styles.strangers}>
          {t('sort.strangersDone', { shown: format.count(strangers), others: format.count(review - strangers) })}
        </p>
      )}
      <p className={styles.path}>{output}</p>
      <Skipped skipped={skipped} isOpen={false} />
      <Group>
        {shell !== null && (
          <Button variant="default" onClick={() => void shell.revealInFolder(output)}>
            {t('reveal')}
          </Button>
        )}
        <Button variant="default" onClick={onUndo}>
          {t('sort.undo')}
        </Button>
        <Button onClick={onClose}>{app('close')}</Button>
      </Group>
    </div>
  );
}
