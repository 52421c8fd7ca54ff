import { useMediaQuery } from '@mantine/hooks';
import { type MouseEvent, useCallback, useMemo, useRef, useState } from 'react';
import type { LabelClass, Photo } from '../../../shared/contract/library.ts';
import type { ClassName, Sha256 } from '../../../shared/domain/ids.ts';
import { classColour, inkOn } from '../../lib/class-colours.ts';
import { failureOf } from '../../lib/client/failure-error.ts';
import { useCommand } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { EmptyState } from '../../parts/EmptyState.tsx';
import { Loading } from '../../parts/Loading.tsx';
import { FirstStart } from '../start/FirstStart.tsx';
import { ClassList, type PhotoCounts } from './ClassList.tsx';
import { type Filter, filtered, NO_FILTER } from './filters.ts';
import { PhotoAside } from './PhotoAside.tsx';
import { PhotoGrid, type TileColours } from './PhotoGrid.tsx';
import styles from './photos.module.css';
import { advanced, banded, clicked, EMPTY_SELECTION, only, type Selection, targets } from './selection.ts';
import { Toolbar } from './Toolbar.tsx';
import { usePhotoKeys } from './use-photo-keys.ts';
import { useAllPhotos, usePhotoEdits } from './use-photos.ts';

const NARROW = '(max-width: 900px)'; // as in photos.module.css
const NO_CLASSES: readonly LabelClass[] = [];

/** Photos of the project: seen, sorted into classes, and judged before training. */
export function PhotosView() {
  const app = useText('app');
  const errors = useText('errors');
  const photos = useAllPhotos();
  const classes = useCommand('library.classes', {}).data?.classes ?? NO_CLASSES;
  if (photos.error) {
    const { code, message } = failureOf(photos.error);
    const again = { label: app('tryAgain'), onClick: () => void photos.refetch() };
    return <EmptyState title={errors(code)} detail={message} action={again} />;
  }
  if (photos.data === undefined) return <Loading />;
  if (photos.data.length === 0) return <FirstStart />;
  return <Library photos={photos.data} classes={classes} />;
}

type LibraryProps = { readonly photos: readonly Photo[]; readonly classes: readonly LabelClass[] };

function Library({ photos, classes }: LibraryProps) {
  const [filter, setFilter] = useState<Filter>(NO_FILTER);
  const [sidePixels, setSidePixels] = useState(132);
  const [columns, setColumns] = useState(1);
  const isNarrow = useMediaQuery(NARROW, undefined, { getInitialValueInEffect: false });
  const [asideWish, setAsideWish] = useState<boolean | null>(null);
  const isAsideOpen = asideWish ?? !isNarrow;
  const shown = useMemo(() => filtered(photos, filter), [photos, filter]);
  const work = useSelectionWork(shown, classes, columns);
  const counts = useMemo(() => countPhotos(photos), [photos]);
  const colours = useMemo(() => tileColours(classes), [classes]);
  const chosenIds = new Set(targets(work.selection, work.ids));
  const chosen = shown.filter(({ imageId }) => chosenIds.has(imageId));
  const focused = shown.find(({ imageId }) => imageId === work.selection.focus) ?? null;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears where a drag of its tiles ended
    <div className={styles.library} data-aside={isAsideOpen || undefined} onDragEnd={work.endDrag}>
      <ClassList
        classes={classes}
        counts={counts}
        filter={filter}
        isDragging={work.isDragging}
        onShow={(show) => setFilter({ ...filter, show })}
        onDropPhotos={work.dropOn}
        onUndo={work.edits.undo}
      />
      <section className={styles.middle}>
        <Toolbar
          filter={filter}
          onFilter={setFilter}
          sidePixels={sidePixels}
          onSide={setSidePixels}
          shown={shown.length}
          total={photos.length}
          selected={chosen.length}
          isAsideOpen={isAsideOpen}
          onAside={() => setAsideWish(!isAsideOpen)}
        />
        {shown.length === 0 ? (
          <NoMatch onShowAll={() => setFilter(NO_FILTER)} />
        ) : (
          <PhotoGrid
            photos={shown}
            selection={work.selection}
            sidePixels={sidePixels}
            colours={colours}
            onPick={work.pick}
            onDragPhotos={work.startDrag}
            onBandStart={work.startBand}
            onBand={work.band}
            onColumns={setColumns}
          />
        )}
      </section>
      {isAsideOpen && (
        <PhotoAside
          photo={focused ?? photos.find(({ imageId }) => imageId === work.selection.focus) ?? null}
          chosen={chosen}
          classes={classes}
          onExclude={(isExcluded) => work.exclude(isExcluded)}
          onPick={work.show}
          onClose={() => setAsideWish(false)}
        />
      )}
    </div>
  );
}

function useSelectionWork(shown: readonly Photo[], classes: readonly LabelClass[], columns: number) {
  const [selection, setSelection] = useState<Selection>(EMPTY_SELECTION);
  const [isDragging, setIsDragging] = useState(false);
  const edits = usePhotoEdits();
  const ids = useMemo(() => shown.map(({ imageId }) => imageId as string), [shown]);
  const chosen = (): readonly Sha256[] => targets(selection, ids) as readonly string[] as readonly Sha256[];
  const label = (className: ClassName | null): void => {
    const imageIds = chosen();
    edits.label(imageIds, className);
    setSelection(advanced(selection, ids, imageIds));
  };
  const exclude = (isExcluded: boolean): void => {
    const imageIds = chosen();
    edits.exclude(imageIds, isExcluded);
    setSelection(advanced(selection, ids, imageIds));
  };
  usePhotoKeys({ classes, columns, ids, selection, setSelection, label, exclude, edits });
  const pick = useCallback(
    (id: string, event: MouseEvent) =>
      setSelection((old) =>
        clicked(old, ids, id, { isExtending: event.shiftKey, isToggling: event.ctrlKey || event.metaKey }),
      ),
    [ids],
  );
  const startDrag = useCallback((id: string) => {
    setSelection((old) => (old.chosen.has(id) ? old : only(id)));
    setIsDragging(true);
  }, []);
  const endDrag = useCallback(() => setIsDragging(false), []);
  const dropOn = (className: ClassName | null): void => {
    setIsDragging(false);
    edits.label(chosen(), className);
  };
  const show = useCallback((id: string) => setSelection(only(id)), []);
  const beforeBand = useRef<Selection>(EMPTY_SELECTION);
  const startBand = (isAdding: boolean): void => {
    beforeBand.current = isAdding ? selection : EMPTY_SELECTION;
    setSelection(beforeBand.current);
  };
  const band = (places: readonly number[]): void => setSelection(banded(beforeBand.current, ids, places));
  return { selection, edits, ids, exclude, pick, startDrag, endDrag, dropOn, isDragging, show, startBand, band };
}

type NoMatchProps = { readonly onShowAll: () => void };

function NoMatch({ onShowAll }: NoMatchProps) {
  const t = useText('photos');
  const action = { label: t('showAll'), onClick: onShowAll };
  return <EmptyState title={t('noMatch')} detail={t('noMatchDetail')} action={action} />;
}

function countPhotos(photos: readonly Photo[]): PhotoCounts {
  const inside = photos.filter(({ isExcluded }) => !isExcluded);
  return {
    all: inside.length,
    unlabelled: inside.filter(({ className }) => className === null).length,
    grouped: inside.filter(({ groupSize }) => groupSize > 1).length,
    excluded: photos.length - inside.length,
  };
}

function tileColours(classes: readonly LabelClass[]): ReadonlyMap<string, TileColours> {
  return new Map(
    classes.map(({ name, colour }, at) => {
      const background = classColour(at, colour);
      return [name, { background, color: inkOn(background) }];
    }),
  );
}
