import { Button, SegmentedControl, Select } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { EvaluationReport } from '../../../shared/contract/commands.ts';
import type { PhotoAnswer } from '../../../shared/contract/run-book.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import { useCommand } from '../../lib/client/hooks.ts';
import { useAnswers } from '../../lib/client/use-answers.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { Banner } from '../../parts/Banner.tsx';
import { Loading } from '../../parts/Loading.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { PhotoTile } from '../../parts/PhotoTile.tsx';
import { Said } from '../../parts/Said.tsx';
import { TilePages } from '../../parts/TilePages.tsx';
import styles from './evaluate.module.css';
import { answersAfter, type Cell, cellPhotos, type Relabel } from './figures.ts';
import { LookModal } from './LookModal.tsx';
import { NO_LABEL, useExclude, useRelabel } from './use-relabel.ts';

const TILE_PIXELS = 104;
const PAGE = 48;

type CellPhotosProps = {
  readonly run: RunRecord;
  readonly report: EvaluationReport;
  readonly cell: Cell;
  readonly relabels: ReadonlyMap<string, Relabel>;
  readonly onRelabels: (change: (old: ReadonlyMap<string, Relabel>) => ReadonlyMap<string, Relabel>) => void;
};

/** The photos of one cell of the matrix by confidence; their labels can be put right here. */
export function CellPhotos(props: CellPhotosProps) {
  const { run, report, cell } = props;
  const t = useText('evaluate');
  const isTest = report.side === 'test';
  const [hasAgreed, setHasAgreed] = useState(!isTest);
  const { side: split, views, testLooks, elapsedMs } = report;
  const answers = useAnswers({ runId: run.runId, split, views }, `${testLooks} ${elapsedMs}`, hasAgreed);
  const [truth, answer] = [report.classes[cell.truth]!, report.classes[cell.answer]!];
  const title = cell.truth === cell.answer ? t('cellRight', { truth }) : t('cellTitle', { truth, answer });
  return (
    <Panel title={title} className={styles.cellPanel}>
      {answers.error !== null && (
        <Banner tone="danger" role="alert">
          <Said text={answers.error.message} />
        </Banner>
      )}
      {answers.data !== undefined && <Photos {...props} answers={answers.data.answers} />}
      {answers.data === undefined && hasAgreed && answers.error === null && <Loading />}
      {answers.data === undefined && !hasAgreed && (
        <>
          <p className={styles.hint}>{t('answersLook')}</p>
          <Button size="xs" onClick={() => setHasAgreed(true)}>
            {t('showPhotos')}
          </Button>
        </>
      )}
    </Panel>
  );
}

type PhotosProps = CellPhotosProps & { readonly answers: readonly PhotoAnswer[] };

function Photos({ run, report, cell, relabels, onRelabels, answers }: PhotosProps) {
  const t = useText('evaluate');
  const [order, setOrder] = useState<'surest' | 'doubtful'>('surest');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [lookedAt, setLookedAt] = useState<readonly string[] | null>(null);
  const photos = useMemo(
    () => cellPhotos(answersAfter(answers, relabels), cell, order),
    [answers, relabels, cell, order],
  );
  const picked = photos.filter(({ imageId }) => chosen.has(imageId));
  const orders = [
    { value: 'surest', label: t('byConfidence') },
    { value: 'doubtful', label: t('byDoubt') },
  ];
  if (photos.length === 0) return <p className={styles.hint}>{t('emptyCell')}</p>;
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label={t('order')}
        value={order}
        data={orders}
        onChange={(value) => setOrder(value as typeof order)}
      />
      <div className={styles.cellActions}>
        <RelabelBar report={report} picked={picked} onRelabels={onRelabels} onDone={() => setChosen(new Set())} />
        <Button
          size="xs"
          variant="default"
          onClick={() => setLookedAt((picked.length > 0 ? picked : photos).map(idOf))}
        >
          {t('looksAt')}
        </Button>
      </div>
      {lookedAt !== null && (
        <LookModal
          runId={run.runId}
          imageIds={lookedAt}
          isTest={report.side === 'test'}
          onClose={() => setLookedAt(null)}
        />
      )}
      <TilePages
        photos={photos}
        pageSize={PAGE}
        label={t('tableView')}
        render={(photo) => (
          <CellPhoto
            photo={photo}
            classes={report.classes}
            isChosen={chosen.has(photo.imageId)}
            onToggle={() => setChosen(toggled(chosen, photo.imageId))}
          />
        )}
      />
    </>
  );
}

const idOf = ({ imageId }: PhotoAnswer): string => imageId;

function toggled(chosen: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(chosen);
  if (!next.delete(id)) next.add(id);
  return next;
}

type CellPhotoProps = {
  readonly photo: PhotoAnswer;
  readonly classes: readonly string[];
  readonly isChosen: boolean;
  readonly onToggle: () => void;
};

function CellPhoto({ photo, classes, isChosen, onToggle }: CellPhotoProps) {
  const t = useText('evaluate');
  const format = useFormat();
  const percent = format.percent(photo.probability, 0);
  const [truth, answer] = [classes[photo.truth]!, classes[photo.answer]!];
  return (
    <PhotoTile
      imageId={photo.imageId}
      alt={t('photoOf', { truth, answer, percent })}
      sidePixels={TILE_PIXELS}
      badge={{ text: percent, tone: 'quiet' }}
      isChosen={isChosen}
      onClick={onToggle}
    />
  );
}

type RelabelBarProps = {
  readonly report: EvaluationReport;
  readonly picked: readonly PhotoAnswer[];
  readonly onRelabels: CellPhotosProps['onRelabels'];
  readonly onDone: () => void;
};

function RelabelBar({ report, picked, onRelabels, onDone }: RelabelBarProps) {
  const t = useText('evaluate');
  const format = useFormat();
  const classes = useCommand('library.classes', {}).data?.classes ?? [];
  const relabel = useRelabel(report.classes, onRelabels);
  const exclude = useExclude(onRelabels);
  if (picked.length === 0) return <p className={styles.hint}>{t('chooseSome')}</p>;
  const truth = report.classes[picked[0]!.truth]!;
  const others = classes
    .filter(({ name }) => name !== truth)
    .map(({ name }) => ({ value: name as string, label: name as string }));
  return (
    <div className={styles.relabel}>
      <span>{t('selected', { count: picked.length, shown: format.count(picked.length) })}</span>
      <Select
        size="xs"
        w={176}
        comboboxProps={{ withinPortal: false }}
        aria-label={t('relabel')}
        placeholder={t('relabel')}
        searchable={others.length > 8}
        data={[...others, { value: NO_LABEL, label: t('noLabel') }]}
        value={null}
        onChange={(name) => {
          if (name === null) return;
          relabel(picked, name);
          onDone();
        }}
      />
      <Button
        size="xs"
        variant="default"
        onClick={() => {
          exclude(picked);
          onDone();
        }}
      >
        {t('exclude')}
      </Button>
    </div>
  );
}
