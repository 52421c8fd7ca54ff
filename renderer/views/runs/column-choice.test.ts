import { expect, it } from 'vitest';
import { parseColumns, toggledColumn } from './column-choice.ts';
import { COLUMN_IDS } from './columns.tsx';

it('keeps the order of columns whatever was stored, and leaves out what is unknown', () => {
  expect(parseColumns('date,nothing,status')).toEqual(['status', 'date']);
  expect(parseColumns('')).toEqual([]);
  expect(parseColumns(null).length).toBeGreaterThan(0);
});

it('a column that is taken out and put back is where it was', () => {
  const without = toggledColumn(COLUMN_IDS, 'depth');
  expect(without).toEqual(COLUMN_IDS.filter((id) => id !== 'depth'));
  expect(toggledColumn(without, 'depth')).toEqual(COLUMN_IDS);
});
