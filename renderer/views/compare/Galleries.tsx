import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { SplitSide } from '../../../shared/domain/ids.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import type { ViewSet } from '../../../shared/domain/view-set.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { Panel } from '../../parts/Panel.tsx';
import { PhotoTile } from '../../parts/PhotoTile.tsx';
import { TilePages } from '../../parts/TilePages.tsx';
import styles from './compare.module.css';
import { type ChangedPhoto, changedPhotos, type RunAnswers } from './comparison.ts';
import { type Pair, useComparison } from './VerdictRow.tsx';

const TILE_PIXELS = 112;
const PAGE = 24;

type GalleriesProps = {
  readonly runs: readonly RunRecord[];
  readonly split: SplitSide;
  readonly views: ViewSet;
  readonly reevaluate: boolean;
  readonly answers: readonly (RunAnswers | null)[];
};

/** The photos that a run put right, and those that it got wrong, against the baseline. */
export function Galleries({ runs, split, views, reevaluate, answers }: GalleriesProps) {
  const t = useText('compare');
  const [at, setAt] = useState(1);
  const choices = runs.slice(1).map(({ name }, index) => ({ value: String(index + 1), label: name }));
  const choice = choices.length > 1 && (
    <SegmentedControl
      size="xs"
      aria-label={t('against')}
      value={String(at)}
      data={choices}
      onChange={(value) => setAt(Number(value))}
    />
  );
  const pair = { first: runs[0]!, second: runs[at]!, split, views, reevaluate };
  return (
    <Panel title={t('changed')} aside={choice}>
      <PairGalleries key={at} pair={pair} first={answers[0] ?? null} second={answers[at] ?? null} />
    </Panel>
  );
}

type PairGalleriesProps = {
  readonly pair: Pair;
  readonly first: RunAnswers | null;
  readonly second: RunAnswers | null;
};

function PairGalleries({ pair, first, second }: PairGalleriesProps) {
  const t = useText('compare');
  const { output } = useComparison(pair);
  if (output === undefined) return <p className={styles.hint}>{t('comparing')}</p>;
  const names = { first: pair.first.name, second: pair.second.name };
  return (
    <div className={styles.galleries}>
      <Gallery
        title={t('fixed')}
        detail={t('fixedDetail', names)}
        empty={t('nothingFixed')}
        tone="good"
        photos={changedPhotos(output.fixed, first, second)}
      />
      <Gallery
        title={t('broken')}
        detail={t('brokenDetail', names)}
        empty={t('nothingBroken')}
        tone="bad"
        photos={changedPhotos(output.broken, first, second)}
      />
    </div>
  );
}

type GalleryProps = {
  readonly title: string;
  readonly detail: string;
  readonly empty: string;
  readonly tone: 'good' | 'bad';
  readonly photos: readonly ChangedPhoto[];
};

function Gallery({ title, detail, empty, tone, photos }: GalleryProps) {
  const format = useFormat();
  return (
    <section className={styles.gallery} aria-label={title}>
      <h4 className={styles.galleryTitle} data-tone={tone}>
        {title} <span>{format.count(photos.length)}</span>
      </h4>
      <p className={styles.hint}>{photos.length === 0 ? empty : detail}</p>
      <TilePages photos={photos} pageSize={PAGE} render={(photo) => <Changed photo={photo} tone={tone} />} />
    </section>
  );
}

function Changed({ photo, tone }: { readonly photo: ChangedPhoto; readonly tone: 'good' | 'bad' }) {
  const t = useText('compare');
  const { imageId, truth, first, second } = photo;
  if (truth === null || first === null || second === null) {
    return <PhotoTile imageId={imageId} alt={t('photoPlain')} sidePixels={TILE_PIXELS} />;
  }
  return (
    <PhotoTile
      imageId={imageId}
      alt={t('photoOf', { truth, first, second })}
      sidePixels={TILE_PIXELS}
      badge={{ text: t('isTruth', { truth }), tone }}
      caption={t('answered', { first, second })}
    />
  );
}
