import { SegmentedControl } from '@mantine/core';
import { type MouseEvent, useCallback, useMemo, useState } from 'react';
import type { LabelClass, Photo } from '../../../shared/contract/library.ts';
import type { ClassName, Sha256 } from '../../../shared/domain/ids.ts';
import { classColour, inkOn } from '../../lib/class-colours.ts';
import { useCommand } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { EmptyState } from '../../parts/EmptyState.tsx';
import { Loading } from '../../parts/Loading.tsx';
import { FirstStart } from '../start/FirstStart.tsx';
import { ClassList, type PhotoCounts } from './ClassList.tsx';
import { type Filter, filtered, NO_FILTER } from './filters.ts';
import { HealthPanel } from './HealthPanel.tsx';
import { Inspector } from './Inspector.tsx';
import { PhotoGrid, type TileLabel } from './PhotoGrid.tsx';
import styles from './photos.module.css';
import { advanced, clicked, EMPTY_SELECTION, only, type Selection, targets } from './selection.ts';
import { Toolbar } from './Toolbar.tsx';
import { usePhotoKeys } from './use-photo-keys.ts';
import { useAllPhotos, usePhotoEdits } from './use-photos.ts';

const NO_CLASSES: readonly LabelClass[] = [];

/** Photos of the project: seen, sorted into classes, and judged before training. */
export function PhotosView() {
  const photos = useAllPhotos();
  const classes = useCommand('library.classes', {}).data?.classes ?? NO_CLASSES;
  if (photos.error) return <EmptyState title={photos.error.name} detail={photos.error.message} />;
  if (photos.data === undefined) return <Loading />;
  if (photos.data.length === 0) return <FirstStart />;
  return <Library photos={photos.data} classes={classes} />;
}

type LibraryProps = { readonly photos: readonly Photo[]; readonly classes: readonly LabelClass[] };

function Library({ photos, classes }: LibraryProps) {
  const [filter, setFilter] = useState<Filter>(NO_FILTER);
  const [sidePixels, setSidePixels] = useState(132);
  const [columns, setColumns] = useState(1);
  const shown = useMemo(() => filtered(photos, filter), [photos, filter]);
  const work = useSelectionWork(shown, classes, columns);
  const counts = useMemo(() => countPhotos(photos), [photos]);
  const labels = useMemo(() => tileLabels(classes), [classes]);
  const focused = shown.find(({ imageId }) => imageId === work.selection.focus) ?? null;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears where a drag of its tiles ended
    <div className={styles.library} onDragEnd={work.endDrag}>
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
          selected={targets(work.selection, work.ids).length}
        />
        {shown.length === 0 ? (
          <NoMatch onShowAll={() => setFilter(NO_FILTER)} />
        ) : (
          <PhotoGrid
            photos={shown}
            selection={work.selection}
            sidePixels={sidePixels}
            labels={labels}
            onPick={work.pick}
            onDragPhotos={work.startDrag}
            onColumns={setColumns}
          />
        )}
      </section>
      <Aside
        photo={focused ?? photos.find(({ imageId }) => imageId === work.selection.focus) ?? null}
        classes={classes}
        onExclude={(isExcluded) => work.exclude(isExcluded)}
        onPick={work.show}
      />
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
  return { selection, edits, ids, exclude, pick, startDrag, endDrag, dropOn, isDragging, show };
}

type AsideProps = {
  readonly photo: Photo | null;
  readonly classes: readonly LabelClass[];
  readonly onExclude: (isExcluded: boolean) => void;
  readonly onPick: (imageId: string) => void;
};

function Aside({ photo, classes, onExclude, onPick }: AsideProps) {
  const t = useText('photos');
  const [tab, setTab] = useState('photo');
  const tabs = [
    { value: 'photo', label: t('photo') },
    { value: 'health', label: t('health') },
  ];
  return (
    <aside className={styles.aside}>
      <SegmentedControl size="xs" fullWidth value={tab} onChange={setTab} data={tabs} />
      {tab === 'photo' ? (
        <Inspector photo={photo} onExclude={onExclude} onPick={onPick} />
      ) : (
        <HealthPanel
          classes={classes}
          onPick={(imageId) => {
            setTab('photo');
            onPick(imageId);
          }}
        />
      )}
    </aside>
  );
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

function tileLabels(classes: readonly LabelClass[]): ReadonlyMap<string, TileLabel> {
  return new Map(
    classes.map(({ name, colour: own }, at) => {
      const colour = classColour(at, own);
      return [name, { name, colour, ink: inkOn(colour) }];
    }),
  );
}
