/** The keys of the photo grid: arrows, Space, 1 to 9, undo and redo. */
import { useEffect } from 'react';
import type { LabelClass } from '../../../shared/contract/library.ts';
import type { ClassName } from '../../../shared/domain/ids.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { type Shortcut, useShortcuts } from '../../lib/shortcuts.ts';
import { EMPTY_SELECTION, moved, type Selection, toggled } from './selection.ts';
import type { PhotoEdits } from './use-photos.ts';

type KeyWork = {
  readonly classes: readonly LabelClass[];
  readonly columns: number;
  readonly ids: readonly string[];
  readonly selection: Selection;
  readonly setSelection: (selection: Selection) => void;
  readonly label: (className: ClassName | null) => void;
  readonly exclude: (isExcluded: boolean) => void;
  readonly edits: PhotoEdits;
};

export function usePhotoKeys(work: KeyWork): void {
  const t = useText('photos');
  const app = useText('app');
  const group = t('groupKeys');
  const { ids, selection, setSelection, edits } = work;
  const selectAll = (): void => setSelection({ ...selection, chosen: new Set(ids) });
  useShortcuts([
    ...arrowKeys(work, { move: t('keyMove'), extend: t('keyExtend'), group }),
    {
      keys: ' ',
      label: t('keyToggle'),
      group,
      run: () => selection.focus !== null && setSelection(toggled(selection, selection.focus)),
    },
    ...work.classes.slice(0, 9).map(({ name }, at) => ({
      keys: String(at + 1),
      label: t('keyLabel', { name }),
      group,
      run: () => work.label(name),
    })),
    { keys: '0', label: t('keyUnlabel'), group, run: () => work.label(null) },
    { keys: 'Delete', label: t('keyExclude'), group, run: () => work.exclude(true) },
    { keys: 'mod+a', label: t('keyAll'), group, run: selectAll },
    { keys: 'Escape', label: t('keyNone'), group, run: () => setSelection(EMPTY_SELECTION) },
    { keys: 'mod+z', label: app('undo'), group, run: edits.undo },
    { keys: 'u', label: app('undo'), group, run: edits.undo, isHidden: true },
    { keys: 'mod+shift+z', label: app('redo'), group, run: edits.redo },
    { keys: 'mod+y', label: app('redo'), group, run: edits.redo, isHidden: true },
  ]);
  useEffect(() => {
    window.addEventListener('thaw:select-all', selectAll);
    return () => window.removeEventListener('thaw:select-all', selectAll);
  });
}

type ArrowWords = { readonly move: string; readonly extend: string; readonly group: string };

function arrowKeys(work: KeyWork, { move, extend, group }: ArrowWords): readonly Shortcut[] {
  const { ids, selection, setSelection, columns } = work;
  const steps = [
    ['ArrowRight', 1],
    ['ArrowLeft', -1],
    ['ArrowDown', columns],
    ['ArrowUp', -columns],
    ['Home', -ids.length],
    ['End', ids.length],
  ] as const;
  return steps.flatMap(([key, step]) => [
    {
      keys: key,
      label: move,
      group,
      isHidden: key !== 'ArrowRight',
      run: () => setSelection(moved(selection, ids, step, false)),
    },
    {
      keys: `shift+${key}`,
      label: extend,
      group,
      isHidden: key !== 'ArrowRight',
      run: () => setSelection(moved(selection, ids, step, true)),
    },
  ]);
}
