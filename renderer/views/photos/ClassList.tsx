import { Kbd, TextInput, Tooltip } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { type DragEvent, type FormEvent, type ReactNode, useState } from 'react';
import type { LabelClass } from '../../../shared/contract/library.ts';
import { ClassName } from '../../../shared/domain/ids.ts';
import { classColour } from '../../lib/class-colours.ts';
import { useAction } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { ColourDot } from '../../parts/ClassChip.tsx';
import { ClassMenu } from './ClassMenu.tsx';
import type { Filter } from './filters.ts';
import { PHOTO_DRAG } from './PhotoGrid.tsx';
import styles from './photos.module.css';

export type PhotoCounts = {
  readonly all: number;
  readonly unlabelled: number;
  readonly grouped: number;
  readonly excluded: number;
};

type ClassListProps = {
  readonly classes: readonly LabelClass[];
  readonly counts: PhotoCounts;
  readonly filter: Filter;
  readonly isDragging: boolean;
  readonly onShow: (show: Filter['show']) => void;
  readonly onDropPhotos: (className: ClassName | null) => void;
  readonly onUndo: () => void;
};

/** The classes: a click shows their photos, a drop labels, a key is beside each of the first nine. */
export function ClassList({ classes, counts, filter, isDragging, onShow, onDropPhotos, onUndo }: ClassListProps) {
  const t = useText('photos');
  const { show } = filter;
  const plain = (kind: 'all' | 'unlabelled' | 'grouped' | 'excluded', count: number, hint?: string) => (
    <Row
      name={t(kind)}
      count={count}
      hint={hint}
      isCurrent={show.kind === kind}
      onClick={() => onShow({ kind })}
      keyName={kind === 'unlabelled' ? '0' : null}
      dropHint={isDragging && kind === 'unlabelled' ? t('dropUnlabel') : null}
      onDrop={kind === 'unlabelled' ? () => onDropPhotos(null) : null}
    />
  );
  return (
    <nav className={styles.side} aria-label={t('classes')} data-dragging={isDragging || undefined}>
      {plain('all', counts.all)}
      {plain('unlabelled', counts.unlabelled)}
      <h2 className={styles.sideTitle}>{t('classes')}</h2>
      {classes.map((one, at) => (
        <Row
          key={one.name}
          name={one.name}
          count={one.photos}
          colour={classColour(at, one.colour)}
          isCurrent={show.kind === 'class' && show.name === one.name}
          onClick={() => onShow({ kind: 'class', name: one.name })}
          keyName={at < 9 ? String(at + 1) : null}
          dropHint={isDragging ? t('dropHere', { name: one.name }) : null}
          onDrop={() => onDropPhotos(one.name)}
          menu={<ClassMenu one={one} position={at} total={classes.length} onUndo={onUndo} />}
        />
      ))}
      <NewClass />
      {(counts.grouped > 0 || counts.excluded > 0) && <div className={styles.sideGap} />}
      {counts.grouped > 0 && plain('grouped', counts.grouped, t('groupedHint'))}
      {counts.excluded > 0 && plain('excluded', counts.excluded)}
    </nav>
  );
}

type RowProps = {
  readonly name: string;
  readonly count: number;
  readonly colour?: string;
  readonly hint?: string | undefined;
  readonly isCurrent: boolean;
  readonly onClick: () => void;
  readonly keyName: string | null;
  readonly dropHint: string | null;
  readonly onDrop: (() => void) | null;
  readonly menu?: ReactNode;
};

function Row({ name, count, colour, hint, isCurrent, onClick, keyName, dropHint, onDrop, menu }: RowProps) {
  const format = useFormat();
  const [isOver, setIsOver] = useState(false);
  const takes = (event: DragEvent): boolean => onDrop !== null && event.dataTransfer.types.includes(PHOTO_DRAG);
  const onDragOver = (event: DragEvent): void => {
    if (!takes(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'link';
    setIsOver(true);
  };
  const drop = (event: DragEvent): void => {
    if (!takes(event)) return;
    event.preventDefault();
    setIsOver(false);
    onDrop?.();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys label as well; the drop is the mouse's way
    <div
      className={styles.sideRow}
      data-over={isOver || undefined}
      data-current={isCurrent || undefined}
      onDragOver={onDragOver}
      onDragLeave={() => setIsOver(false)}
      onDrop={drop}
    >
      <Tooltip label={hint} disabled={hint === undefined}>
        <button type="button" className={styles.sideButton} aria-pressed={isCurrent} onClick={onClick}>
          {colour !== undefined && <ColourDot colour={colour} />}
          <span className={styles.sideName}>{isOver && dropHint !== null ? dropHint : name}</span>
          <span className={styles.sideCount}>{format.count(count)}</span>
          {keyName !== null && <Kbd size="xs">{keyName}</Kbd>}
        </button>
      </Tooltip>
      {menu}
    </div>
  );
}

function NewClass() {
  const t = useText('photos');
  const change = useAction('library.change-class');
  const [name, setName] = useState('');
  const add = (event: FormEvent): void => {
    event.preventDefault();
    const checked = ClassName.safeParse(name.trim());
    if (!checked.success) return;
    change.mutate({ kind: 'add', name: checked.data }, { onSuccess: () => setName('') });
  };
  return (
    <form onSubmit={add} className={styles.newClass}>
      <TextInput
        size="xs"
        value={name}
        maxLength={80}
        placeholder={t('addClass')}
        aria-label={t('newClassName')}
        leftSection={<IconPlus size={14} aria-hidden />}
        onChange={(event) => setName(event.currentTarget.value)}
      />
    </form>
  );
}
