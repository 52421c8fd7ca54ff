import { Button } from '@mantine/core';
import { type KeyboardEvent, useState } from 'react';
import type { LabelMistake } from '../../../../shared/contract/judging.ts';
import { wilsonInterval } from '../../../../shared/math/statistics.ts';
import { announce } from '../../../lib/announce.ts';
import { useAction } from '../../../lib/client/hooks.ts';
import { useText } from '../../../lib/i18n/i18n.ts';
import { offerUndo } from '../../../lib/notify.tsx';
import { useFormat } from '../../../lib/use-format.ts';
import { Banner } from '../../../parts/Banner.tsx';
import { Panel } from '../../../parts/Panel.tsx';
import { PhotoTile } from '../../../parts/PhotoTile.tsx';
import { Said } from '../../../parts/Said.tsx';
import styles from '../evaluate.module.css';
import { RetrainPanel } from '../RetrainPanel.tsx';
import type { TabProps } from '../tab-props.ts';
import own from './judging.module.css';
import { useJobOfRun } from './use-job-of-run.ts';

const TILE_PIXELS = 96;

/** Photos whose label is likely wrong; one key puts it right. */
export function MistakesTab({ run }: TabProps) {
  const t = useText('judging');
  const format = useFormat();
  const { output, isRunning, share, failure, start } = useJobOfRun('library.label-mistakes', run.runId);
  return (
    <div className={styles.body}>
      <Panel title={t('mistakes')}>
        <p className={styles.hint}>{t('mistakesHint')}</p>
        <div className={own.bar}>
          <Button size="xs" loading={isRunning} onClick={() => start({ runId: run.runId })}>
            {output === undefined ? t('findMistakes') : t('findAgain')}
          </Button>
          {isRunning && <span role="status">{share === null ? t('measuring') : format.percent(share, 0)}</span>}
        </div>
        {failure !== null && !isRunning && (
          <Banner tone="danger" role="alert">
            <Said text={failure.message} />
          </Banner>
        )}
        {output !== undefined && (
          <>
            <p className={own.summary}>
              {t('mistakesCount', {
                found: format.count(output.found),
                total: format.count(output.total),
                interval: format.percentInterval(wilsonInterval(output.found, output.total)),
              })}
            </p>
            <MistakeList key={output.mistakes.map(({ imageId }) => imageId).join()} mistakes={output.mistakes} />
          </>
        )}
      </Panel>
      <RetrainPanel run={run} />
    </div>
  );
}

type Settled = 'accepted' | 'kept' | 'excluded';
type MistakeListProps = { readonly mistakes: readonly LabelMistake[] };

function MistakeList({ mistakes }: MistakeListProps) {
  const t = useText('judging');
  const [settled, setSettled] = useState<ReadonlyMap<string, Settled>>(new Map());
  const open = mistakes.filter(({ imageId }) => !settled.has(imageId));
  const mark = (imageId: string, state: Settled | null): void =>
    setSettled((old) => {
      const next = new Map(old);
      if (state === null) next.delete(imageId);
      else next.set(imageId, state);
      return next;
    });
  const act = useSettling(mark);
  const onKey = (event: KeyboardEvent, mistake: LabelMistake): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) return;
    const row = event.currentTarget as HTMLElement;
    const neighbour = event.key === 'ArrowUp' ? row.previousElementSibling : row.nextElementSibling;
    const keys: Readonly<Record<string, Settled>> = { Enter: 'accepted', a: 'accepted', k: 'kept', x: 'excluded' };
    const state = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (state === undefined && event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    if (state !== undefined) act(mistake, state);
    ((neighbour ?? row.previousElementSibling) as HTMLElement | null)?.focus();
  };
  if (open.length === 0) return <p className={styles.hint}>{t('noMistakes')}</p>;
  return (
    <>
      <p className={styles.quiet}>{t('mistakesKeys')}</p>
      <ul className={own.mistakes} aria-label={t('mistakes')}>
        {open.map((mistake) => (
          <li
            key={mistake.imageId}
            className={own.mistake}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: as above
            tabIndex={0}
            onKeyDown={(event) => onKey(event, mistake)}
          >
            <Mistake mistake={mistake} onSettle={(state) => act(mistake, state)} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** The edit that goes with it, with a way back. */
function useSettling(mark: (imageId: string, state: Settled | null) => void) {
  const t = useText('judging');
  const label = useAction('library.label');
  const exclude = useAction('library.exclude');
  return ({ imageId, label: old, suggested }: LabelMistake, state: Settled): void => {
    mark(imageId, state);
    const failed = (): void => mark(imageId, null);
    const told = (text: string, takeBack: () => void): void => {
      announce(text);
      offerUndo(text, () => {
        takeBack();
        mark(imageId, null);
      });
    };
    if (state === 'accepted')
      label.mutate(
        { imageIds: [imageId], className: suggested },
        {
          onSuccess: () =>
            told(t('accepted', { name: suggested }), () => label.mutate({ imageIds: [imageId], className: old })),
          onError: failed,
        },
      );
    if (state === 'excluded')
      exclude.mutate(
        { imageIds: [imageId], isExcluded: true },
        {
          onSuccess: () => told(t('excluded'), () => exclude.mutate({ imageIds: [imageId], isExcluded: false })),
          onError: failed,
        },
      );
  };
}

type MistakeProps = { readonly mistake: LabelMistake; readonly onSettle: (state: Settled) => void };

function Mistake({ mistake, onSettle }: MistakeProps) {
  const t = useText('judging');
  const format = useFormat();
  const { imageId, label, suggested, labelProbability, suggestedProbability } = mistake;
  return (
    <>
      <PhotoTile imageId={imageId} alt={t('mistakePhoto', { label, suggested })} sidePixels={TILE_PIXELS} />
      <div className={own.mistakeWords}>
        <span>{t('labelled', { name: label, percent: format.percent(labelProbability, 0) })}</span>
        <strong>{t('moreLikely', { name: suggested, percent: format.percent(suggestedProbability, 0) })}</strong>
      </div>
      <div className={own.mistakeActions}>
        <Button size="compact-sm" onClick={() => onSettle('accepted')}>
          {t('accept', { name: suggested })}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => onSettle('kept')}>
          {t('keepLabel')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => onSettle('excluded')}>
          {t('exclude')}
        </Button>
      </div>
    </>
  );
}
