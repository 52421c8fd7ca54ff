import { useCommand } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { goTo } from '../../lib/router.ts';
import { useFormat } from '../../lib/use-format.ts';
import { Panel } from '../../parts/Panel.tsx';
import { PhotoTile } from '../../parts/PhotoTile.tsx';
import styles from './run.module.css';
import type { RunPage } from './use-run-page.ts';

type MistakesProps = { readonly page: RunPage };

const MOST_TILES = 24;

/** Validation photos that the finished run gets wrong, the surest mistakes first. */
export function Mistakes({ page: { run, isRunning } }: MistakesProps) {
  const t = useText('run');
  const format = useFormat();
  const isDone = run?.status === 'done' && !isRunning;
  const isHeldOut = run?.config.selection.kind === 'validation';
  const { data } = useCommand(
    'runs.answers',
    isDone && isHeldOut ? { runId: run.runId, split: 'val', views: 'centre' } : null,
  );
  if (!isDone) return null;
  if (!isHeldOut)
    return (
      <Panel title={t('mistakes')}>
        <p className={styles.quiet}>{t('mistakesHeld')}</p>
      </Panel>
    );
  if (data === undefined) return null;
  const wrong = data.answers
    .filter(({ truth, answer }) => truth !== answer)
    .toSorted((a, b) => b.probability - a.probability);
  return (
    <Panel title={t('mistakes')} aside={<span className={styles.quiet}>{format.count(wrong.length)}</span>}>
      {wrong.length === 0 && (
        <p className={styles.quiet}>{t('mistakesNone', { total: format.count(data.answers.length) })}</p>
      )}
      <div className={styles.tiles}>
        {wrong.slice(0, MOST_TILES).map(({ imageId, truth, answer, probability }) => {
          const text = t('mistake', {
            truth: data.classes[truth] ?? '–',
            answer: data.classes[answer] ?? '–',
            probability: format.percent(probability, 0),
          });
          return (
            <PhotoTile
              key={imageId}
              imageId={imageId}
              alt={text}
              sidePixels={112}
              caption={text}
              onClick={() => goTo('evaluate', run.runId)}
            />
          );
        })}
      </div>
    </Panel>
  );
}
