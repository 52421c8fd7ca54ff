import { Button, SegmentedControl, Slider } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { CalibrationReport, ScoredPhoto } from '../../../../shared/contract/judging.ts';
import { ScoreKind } from '../../../../shared/domain/judging.ts';
import { useAction, useCommand } from '../../../lib/client/hooks.ts';
import { useText } from '../../../lib/i18n/i18n.ts';
import { notifyDone } from '../../../lib/notify.tsx';
import { useFormat } from '../../../lib/use-format.ts';
import { Panel } from '../../../parts/Panel.tsx';
import { PhotoTile } from '../../../parts/PhotoTile.tsx';
import { Stat } from '../../../parts/Stat.tsx';
import { TilePages } from '../../../parts/TilePages.tsx';
import styles from '../evaluate.module.css';
import { dialled, dialMarks, placeOf } from './dial.ts';
import own from './judging.module.css';

const TILE_PIXELS = 88;
const PAGE = 24;

type DialPanelProps = { readonly report: CalibrationReport };

/** The dial between own photos that are missed and strangers that are let in; it asks the network nothing. */
export function DialPanel({ report }: DialPanelProps) {
  const t = useText('judging');
  const kept = useCommand('runs.judgement', { runId: report.runId }).data?.judgement ?? report.judgement;
  const [score, setScore] = useState<ScoreKind>(kept.score);
  const marks = useMemo(() => dialMarks(report.photos, score), [report, score]);
  const [places, setPlaces] = useState<Partial<Record<ScoreKind, number>>>({}); // those that were moved
  const place = Math.min(places[score] ?? placeOf(marks, kept.dials[score].threshold), marks.length - 1);
  const threshold = marks[place]!;
  const now = useMemo(() => dialled(report.photos, score, threshold), [report, score, threshold]);
  const scores = ScoreKind.options.map((value) => ({ value, label: t(`score.${value}`) }));
  const isKept = kept.score === score && placeOf(marks, kept.dials[score].threshold) === place;
  return (
    <Panel title={t('dial')} aside={<KeepButton report={report} isKept={isKept} score={score} threshold={threshold} />}>
      <p className={styles.hint}>{t('dialHint')}</p>
      <SegmentedControl
        size="xs"
        aria-label={t('scoreBy')}
        value={score}
        data={scores}
        onChange={(value) => setScore(ScoreKind.parse(value))}
      />
      <p className={own.scoreHint}>{t(`scoreHint.${score}`)}</p>
      <div className={own.dial}>
        <span>{t('letAllIn')}</span>
        <Slider
          className={own.slider}
          min={0}
          max={marks.length - 1}
          label={null}
          value={place}
          thumbLabel={t('dial')}
          onChange={(value) => setPlaces({ ...places, [score]: value })}
        />
        <span>{t('letNoneIn')}</span>
      </div>
      <Counts now={now} />
      <div className={styles.columns}>
        <Gallery title={t('missedPhotos')} none={t('noneMissed')} photos={now.missed} report={report} />
        <Gallery title={t('letInPhotos')} none={t('noneLetIn')} photos={now.letIn} report={report} />
      </div>
    </Panel>
  );
}

type KeepButtonProps = DialPanelProps & {
  readonly isKept: boolean;
  readonly score: ScoreKind;
  readonly threshold: number;
};

function KeepButton({ report, isKept, score, threshold }: KeepButtonProps) {
  const t = useText('judging');
  const setDial = useAction('runs.set-dial');
  if (isKept) return <span className={styles.quiet}>{t('dialKept')}</span>;
  return (
    <Button
      size="compact-xs"
      loading={setDial.isPending}
      onClick={() =>
        setDial.mutate({ runId: report.runId, score, threshold }, { onSuccess: () => notifyDone(t('dialKeptNow')) })
      }
    >
      {t('keepDial')}
    </Button>
  );
}

function Counts({ now: { counts } }: { readonly now: ReturnType<typeof dialled> }) {
  const t = useText('judging');
  const format = useFormat();
  const share = (count: number, total: number): string => format.percent(total === 0 ? null : count / total);
  const { missed, known, letIn, strangers } = counts;
  return (
    <div className={own.counts} aria-live="polite">
      <Stat
        label={t('missed', { shown: format.count(missed), total: format.count(known) })}
        shown={share(missed, known)}
        interval={format.percentInterval(counts.missedInterval)}
        hint={t('missedHint')}
      />
      <Stat
        label={t('letIn', { shown: format.count(letIn), total: format.count(strangers) })}
        shown={share(letIn, strangers)}
        interval={strangers === 0 ? undefined : format.percentInterval(counts.letInInterval)}
        hint={t('letInHint')}
      />
    </div>
  );
}

type GalleryProps = DialPanelProps & {
  readonly title: string;
  readonly none: string;
  readonly photos: readonly ScoredPhoto[];
};

function Gallery({ title, none, photos, report }: GalleryProps) {
  const tiles = photos.flatMap((photo) => {
    const key = photo.imageId ?? photo.viewKey;
    return key === null ? [] : [{ ...photo, imageId: key, isInProject: photo.imageId !== null }];
  });
  return (
    <section className={own.gallery} aria-label={title}>
      <h4 className={own.galleryTitle}>{title}</h4>
      {photos.length === 0 && <p className={styles.hint}>{none}</p>}
      <TilePages
        photos={tiles}
        pageSize={PAGE}
        label={title}
        render={(photo) => <ScoredTile photo={photo} classes={report.classes} />}
      />
    </section>
  );
}

type ScoredTileProps = {
  readonly photo: ScoredPhoto & { readonly imageId: string; readonly isInProject: boolean };
  readonly classes: readonly string[];
};

function ScoredTile({ photo, classes }: ScoredTileProps) {
  const t = useText('judging');
  const format = useFormat();
  const answer = classes[photo.answer] ?? '–';
  const percent = format.percent(photo.probability, 0);
  const truth = photo.truth === null ? null : classes[photo.truth];
  return (
    <PhotoTile
      imageId={photo.imageId}
      media={photo.isInProject ? 'thumb' : 'view'}
      alt={t('scoredPhoto', { truth: truth ?? t('stranger'), answer, percent })}
      sidePixels={TILE_PIXELS}
      badge={{ text: percent, tone: 'quiet' }}
      caption={answer}
    />
  );
}
