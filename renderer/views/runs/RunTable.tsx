import { ActionIcon, Checkbox, Menu, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconDots } from '@tabler/icons-react';
import { type SortingState, useTable } from '@tanstack/react-table';
import { type KeyboardEvent, useState } from 'react';
import type { RunId } from '../../../shared/domain/ids.ts';
import { isResumable } from '../../../shared/domain/run.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { goTo } from '../../lib/router.ts';
import { type ColumnId, RunCell, runColumns, runFeatures } from './columns.tsx';
import type { RunRow } from './run-rows.ts';
import styles from './runs.module.css';
import type { RunActions } from './use-run-actions.ts';

const NEWEST_FIRST: SortingState = [{ id: 'date', desc: true }];
const FIGURES: readonly string[] = ['accuracy', 'epochs', 'time'];

type RunTableProps = {
  readonly rows: readonly RunRow[];
  readonly columns: readonly ColumnId[];
  readonly selected: ReadonlySet<RunId>;
  readonly onSelect: (selected: ReadonlySet<RunId>) => void;
  readonly onOpen: (runId: RunId) => void;
  readonly openId: RunId | null;
  readonly actions: RunActions;
};

/** Saved runs: sorted by a click on a column, opened by their name. */
export function RunTable({ rows, columns, selected, onSelect, onOpen, openId, actions }: RunTableProps) {
  const t = useText('runs');
  const [sorting, setSorting] = useState<SortingState>(NEWEST_FIRST);
  const table = useTable({
    features: runFeatures,
    columns: runColumns,
    data: rows,
    getRowId: ({ runId }) => runId,
    state: { sorting },
    onSortingChange: setSorting,
  });
  const sort = sorting[0];
  const nowMs = Date.now();
  const shownIds = rows.map(({ runId }) => runId);
  const chosen = shownIds.filter((id) => selected.has(id)).length;
  const ids: readonly ('name' | ColumnId)[] = ['name', ...columns];
  return (
    <div className={styles.scroller}>
      <table className={styles.table} aria-label={t('table')}>
        <thead>
          <tr>
            <th className={styles.check}>
              <Checkbox
                size="xs"
                aria-label={t('selectAll')}
                checked={chosen > 0 && chosen === rows.length}
                indeterminate={chosen > 0 && chosen < rows.length}
                onChange={({ currentTarget }) => onSelect(new Set(currentTarget.checked ? shownIds : []))}
              />
            </th>
            {ids.map((id) => (
              <ColumnHead
                key={id}
                id={id}
                direction={sort?.id === id ? (sort.desc ? 'descending' : 'ascending') : null}
                onSort={() => table.getColumn(id)?.toggleSorting()}
              />
            ))}
            <td className={styles.menuCell} />
          </tr>
        </thead>
        <tbody>
          {table.getRowModel().rows.map(({ original: row }) => (
            <Row
              key={row.runId}
              row={row}
              columns={columns}
              nowMs={nowMs}
              isSelected={selected.has(row.runId)}
              isOpen={row.runId === openId}
              onToggle={() => onSelect(toggled(selected, row.runId))}
              onOpen={() => onOpen(row.runId)}
              actions={actions}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

type RowProps = {
  readonly row: RunRow;
  readonly columns: readonly ColumnId[];
  readonly nowMs: number;
  readonly isSelected: boolean;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly onOpen: () => void;
  readonly actions: RunActions;
};

function Row({ row, columns, nowMs, isSelected, isOpen, onToggle, onOpen, actions }: RowProps) {
  const t = useText('runs');
  const [isRenaming, setIsRenaming] = useState(false);
  const rename = (name: string | null): void => {
    setIsRenaming(false);
    if (name !== null && name !== row.name) actions.rename(row.runId, name);
  };
  return (
    <tr data-selected={isSelected || undefined} data-open={isOpen || undefined}>
      <td className={styles.check}>
        <Checkbox size="xs" aria-label={t('select', { name: row.name })} checked={isSelected} onChange={onToggle} />
      </td>
      <td className={styles.nameCell}>
        {isRenaming ? (
          <RenameField name={row.name} onEnd={rename} />
        ) : (
          <button
            type="button"
            className={styles.name}
            title={row.name}
            onClick={onOpen}
            onKeyDown={({ key }) => {
              if (key === 'F2') setIsRenaming(true);
            }}
          >
            {row.name}
          </button>
        )}
      </td>
      {columns.map((column) => (
        <td key={column} data-figure={FIGURES.includes(column) || undefined}>
          <RunCell row={row} column={column} nowMs={nowMs} />
        </td>
      ))}
      <td className={styles.menuCell}>
        <RowMenu row={row} actions={actions} onRename={() => setIsRenaming(true)} onOpen={onOpen} />
      </td>
    </tr>
  );
}

function toggled(selected: ReadonlySet<RunId>, runId: RunId): ReadonlySet<RunId> {
  const next = new Set(selected);
  if (!next.delete(runId)) next.add(runId);
  return next;
}

type ColumnHeadProps = {
  readonly id: 'name' | ColumnId;
  readonly direction: 'ascending' | 'descending' | null;
  readonly onSort: () => void;
};

function ColumnHead({ id, direction, onSort }: ColumnHeadProps) {
  const t = useText('runs');
  const name = t(`column.${id}`);
  return (
    <th aria-sort={direction ?? 'none'} data-figure={FIGURES.includes(id) || undefined}>
      <button type="button" className={styles.sort} title={t('sortBy', { column: name })} onClick={onSort}>
        {name}
        {direction === 'ascending' && <IconArrowUp size={14} aria-hidden />}
        {direction === 'descending' && <IconArrowDown size={14} aria-hidden />}
      </button>
    </th>
  );
}

type RenameFieldProps = { readonly name: string; readonly onEnd: (name: string | null) => void };

function RenameField({ name, onEnd }: RenameFieldProps) {
  const t = useText('runs');
  const [text, setText] = useState(name);
  const onKey = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter') onEnd(text);
    if (event.key === 'Escape') onEnd(null);
  };
  return (
    <TextInput
      size="xs"
      aria-label={t('nameOf')}
      maxLength={120}
      value={text}
      autoFocus
      onFocus={({ currentTarget }) => currentTarget.select()}
      onChange={({ currentTarget }) => setText(currentTarget.value)}
      onKeyDown={onKey}
      onBlur={() => onEnd(text)}
    />
  );
}

type RowMenuProps = {
  readonly row: RunRow;
  readonly actions: RunActions;
  readonly onRename: () => void;
  readonly onOpen: () => void;
};

function RowMenu({ row, actions, onRename, onOpen }: RowMenuProps) {
  const t = useText('runs');
  const isLive = row.status === 'running' || row.status === 'queued';
  return (
    <Menu position="bottom-end" returnFocus>
      <Menu.Target>
        <ActionIcon aria-label={t('actions', { name: row.name })}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={onOpen}>{t('details')}</Menu.Item>
        {isLive && <Menu.Item onClick={() => actions.watch(row.run)}>{t('openLive')}</Menu.Item>}
        {row.status === 'done' && <Menu.Item onClick={() => goTo('evaluate', row.runId)}>{t('evaluate')}</Menu.Item>}
        {isResumable(row.run) && <Menu.Item onClick={() => actions.resume(row.runId)}>{t('resume')}</Menu.Item>}
        <Menu.Item onClick={onRename} closeMenuOnClick>
          {t('rename')}
        </Menu.Item>
        {!isLive && (
          <>
            <Menu.Divider />
            <Menu.Item onClick={() => actions.remove([row.runId])}>{t('delete')}</Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
