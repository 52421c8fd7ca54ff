/** Which columns of the table are shown; remembered in this browser or window. */
import { useState } from 'react';
import { COLUMN_IDS, type ColumnId } from './columns.tsx';

const PLACE = 'thaw.runs.columns';
const USUAL: readonly ColumnId[] = ['status', 'accuracy', 'depth', 'backbone', 'augmentation', 'tags', 'time', 'date'];

/** Known columns in their order; the usual ones where nothing (readable) was stored. */
export function parseColumns(stored: string | null): readonly ColumnId[] {
  if (stored === null) return USUAL;
  const names = new Set(stored.split(','));
  return COLUMN_IDS.filter((id) => names.has(id));
}

export function toggledColumn(shown: readonly ColumnId[], id: ColumnId): readonly ColumnId[] {
  return COLUMN_IDS.filter((one) => (one === id ? !shown.includes(id) : shown.includes(one)));
}

export function useColumnChoice(): readonly [readonly ColumnId[], (id: ColumnId) => void] {
  const [shown, setShown] = useState(() => parseColumns(readStored()));
  const toggle = (id: ColumnId): void => {
    const next = toggledColumn(shown, id);
    setShown(next);
    writeStored(next.join(','));
  };
  return [shown, toggle];
}

function readStored(): string | null {
  try {
    return window.localStorage.getItem(PLACE);
  } catch {
    return null; // storage can be forbidden: the choice then lasts as long as the view
  }
}

function writeStored(value: string): void {
  try {
    window.localStorage.setItem(PLACE, value);
  } catch {
    // as above
  }
}
