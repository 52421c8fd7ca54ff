import { useVirtualizer } from '@tanstack/react-virtual';
import { type DragEvent, type MouseEvent, memo, useEffect, useLayoutEffect, useRef } from 'react';
import type { Photo } from '../../../shared/contract/library.ts';
import { fitTiles } from '../../lib/grid-geometry.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { mediaUrl } from '../../lib/media.ts';
import { useWidth } from '../../lib/use-width.ts';
import { Picture } from '../../parts/Picture.tsx';
import { boxOf } from './band.ts';
import styles from './photos.module.css';
import type { Selection } from './selection.ts';
import { useBand } from './use-band.ts';

export const PHOTO_DRAG = 'application/x-thaw-photos';
const GAP_PIXELS = 4;
const PADDING_PIXELS = 12;

export type TileColours = { readonly background: string; readonly color: string };

type PhotoGridProps = {
  readonly photos: readonly Photo[];
  readonly selection: Selection;
  readonly sidePixels: number;
  readonly colours: ReadonlyMap<string, TileColours>; // of classes; none until those are read
  readonly onPick: (id: string, event: MouseEvent) => void;
  readonly onDragPhotos: (id: string) => void;
  readonly onColumns: (columns: number) => void;
  readonly onBandStart: (isAdding: boolean) => void;
  readonly onBand: (places: readonly number[]) => void;
};

/** A grid of thumbnails in which only the rows on screen exist. */
export function PhotoGrid(props: PhotoGridProps) {
  const { photos, selection, sidePixels: wishedSidePixels, onColumns } = props;
  const t = useText('photos');
  const scroller = useRef<HTMLDivElement>(null);
  const { columns, sidePixels } = fitTiles(useWidth(scroller) - 2 * PADDING_PIXELS, wishedSidePixels, GAP_PIXELS);
  const plan = { columns, sidePixels, gapPixels: GAP_PIXELS, paddingPixels: PADDING_PIXELS, count: photos.length };
  const { band, onPointerDown } = useBand(scroller, { plan, onStart: props.onBandStart, onBand: props.onBand });
  const rows = Math.ceil(photos.length / columns);
  const virtual = useVirtualizer({
    count: rows,
    getScrollElement: () => scroller.current,
    estimateSize: () => sidePixels + GAP_PIXELS,
    overscan: 3,
    paddingStart: PADDING_PIXELS,
    paddingEnd: PADDING_PIXELS,
  });
  const focusRow = Math.floor(photos.findIndex(({ imageId }) => imageId === selection.focus) / columns);
  useEffect(() => onColumns(columns), [columns, onColumns]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows are measured anew when their height changes
  useLayoutEffect(() => virtual.measure(), [sidePixels]);
  useEffect(() => {
    if (focusRow >= 0) virtual.scrollToIndex(focusRow);
  }, [focusRow, virtual]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot be virtual
    <div
      ref={scroller}
      className={styles.grid}
      role="grid"
      tabIndex={0}
      aria-label={t('grid')}
      aria-rowcount={rows}
      aria-colcount={columns}
      aria-multiselectable
      data-active={selection.focus !== null || undefined}
      onPointerDown={onPointerDown}
      aria-activedescendant={selection.focus === null ? undefined : `photo-${selection.focus}`}
    >
      <div className={styles.gridInner} style={{ height: virtual.getTotalSize() }} role="presentation">
        {virtual.getVirtualItems().map(({ index, start }) => (
          <GridRow
            key={index}
            {...props}
            sidePixels={sidePixels}
            row={index}
            top={start}
            photos={photos.slice(index * columns, (index + 1) * columns)}
          />
        ))}
        {band !== null && <div className={styles.band} style={boxOf(band)} />}
      </div>
    </div>
  );
}

type GridRowProps = PhotoGridProps & { readonly row: number; readonly top: number };

function GridRow({ row, top, photos, selection, sidePixels, colours, onPick, onDragPhotos }: GridRowProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot be virtual
    // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus and names the active cell
    <div className={styles.gridRow} role="row" aria-rowindex={row + 1} style={{ transform: `translateY(${top}px)` }}>
      {photos.map((photo) => (
        <Tile
          key={photo.imageId}
          photo={photo}
          colours={photo.className === null ? undefined : colours.get(photo.className)}
          isChosen={selection.chosen.has(photo.imageId)}
          isFocus={selection.focus === photo.imageId}
          sidePixels={sidePixels}
          onPick={onPick}
          onDragPhotos={onDragPhotos}
        />
      ))}
    </div>
  );
}

type TileProps = Pick<PhotoGridProps, 'sidePixels' | 'onPick' | 'onDragPhotos'> & {
  readonly photo: Photo;
  readonly colours: TileColours | undefined;
  readonly isChosen: boolean;
  readonly isFocus: boolean;
};

const Tile = memo(function Tile({ photo, colours, isChosen, isFocus, sidePixels, onPick, onDragPhotos }: TileProps) {
  const t = useText('photos');
  const group = photo.groupSize > 1 ? `×${photo.groupSize}` : null;
  const onDragStart = (event: DragEvent): void => {
    event.dataTransfer.setData(PHOTO_DRAG, photo.imageId);
    event.dataTransfer.effectAllowed = 'link';
    onDragPhotos(photo.imageId);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot be virtual
    // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus and names the active cell
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the view's shortcuts
    <div
      id={`photo-${photo.imageId}`}
      className={styles.tile}
      role="gridcell"
      aria-selected={isChosen}
      aria-label={`${t('photoNamed', { file: photo.fileName, label: photo.className ?? t('noLabel') })}${group === null ? '' : ` ${group}`}`}
      data-focus={isFocus || undefined}
      style={{ width: sidePixels, height: sidePixels }}
      draggable
      onDragStart={onDragStart}
      onClick={(event) => onPick(photo.imageId, event)}
    >
      <Picture
        src={mediaUrl('thumb', photo.imageId)}
        alt=""
        decoding="async"
        draggable={false}
        width={sidePixels}
        height={sidePixels}
      />
      {photo.className !== null && (
        <span className={styles.tileLabel} style={colours}>
          {photo.className}
        </span>
      )}
      {group !== null && <span className={styles.tileGroup}> {group}</span>}
    </div>
  );
});
