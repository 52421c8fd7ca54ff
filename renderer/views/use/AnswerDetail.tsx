import { Button, Modal } from '@mantine/core';
import { findShell } from '../../lib/client/connection.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { mediaUrl } from '../../lib/media.ts';
import { useFormat } from '../../lib/use-format.ts';
import { ClassChip } from '../../parts/ClassChip.tsx';
import type { ColourOf } from './AnswerGrid.tsx';
import { type Answer, rankedClasses } from './answer-groups.ts';
import { Settle } from './Settle.tsx';
import styles from './use.module.css';

type AnswerDetailProps = {
  readonly answer: Answer | null;
  readonly classes: readonly string[];
  readonly colourOf: ColourOf;
  readonly onClose: () => void;
};

/** One photo with the probability of every class. */
export function AnswerDetail({ answer, classes, colourOf, onClose }: AnswerDetailProps) {
  const app = useText('app');
  return (
    <Modal
      opened={answer !== null}
      onClose={onClose}
      title={answer?.fileName ?? ''}
      size="lg"
      closeButtonProps={{ 'aria-label': app('close') }}
    >
      {answer !== null && <Detail answer={answer} classes={classes} colourOf={colourOf} onClose={onClose} />}
    </Modal>
  );
}

type DetailProps = Omit<AnswerDetailProps, 'answer'> & { readonly answer: Answer };

function Detail({ answer, classes, colourOf, onClose }: DetailProps) {
  const t = useText('use');
  const format = useFormat();
  const shell = findShell();
  return (
    <div className={styles.detail}>
      {answer.viewKey !== null && (
        <img className={styles.detailPicture} src={mediaUrl('view', answer.viewKey)} alt={answer.fileName} />
      )}
      <div className={styles.detailSide}>
        <table className={styles.ranks}>
          <caption>{t('probabilities')}</caption>
          <tbody>
            {rankedClasses(answer, classes).map(({ name, position, probability }) => (
              <tr key={name}>
                <th scope="row">
                  <ClassChip name={name} colour={colourOf(name, position)} />
                </th>
                <td className={styles.rankBarCell}>
                  <svg className={styles.rankBar} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                    <rect width={100 * probability} height="8" />
                  </svg>
                </td>
                <td className={styles.rankShown}>{format.percent(probability)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <Settle path={answer.path} classes={classes} onDone={onClose} />
        {shell !== null && (
          <>
            <p className={styles.path}>{answer.path}</p>
            <Button size="compact-sm" variant="default" onClick={() => void shell.revealInFolder(answer.path)}>
              {t('reveal')}
            </Button>
          </>
        )}
      </div>
    </div>
  );
}
