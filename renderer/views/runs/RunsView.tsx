import { Button, Checkbox, Popover, Select, TextInput, Tooltip } from '@mantine/core';
import { IconColumns3, IconListDetails, IconSearch } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { RunId } from '../../../shared/domain/ids.ts';
import { type RunRecord, RunStatus } from '../../../shared/domain/run.ts';
import { useCommand } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import type { ViewProps } from '../../lib/router.ts';
import { goTo } from '../../lib/router.ts';
import { useFormat } from '../../lib/use-format.ts';
import { useRunName } from '../../lib/use-run-name.ts';
import { EmptyState } from '../../parts/EmptyState.tsx';
import { Loading } from '../../parts/Loading.tsx';
import { ViewHeader } from '../../parts/ViewHeader.tsx';
import { useColumnChoice } from './column-choice.ts';
import { COLUMN_IDS, type ColumnId } from './columns.tsx';
import { RunDrawer } from './RunDrawer.tsx';
import { RunTable } from './RunTable.tsx';
import { filteredRuns, NO_RUN_FILTER, type RunFilter, type RunRow, runRow, tagsOf } from './run-rows.ts';
import styles from './runs.module.css';
import { MOST_COMPARED, type RunActions, useRunActions } from './use-run-actions.ts';

/** Every training that was kept: found, compared, named, resumed and put away. */
export function RunsView({ route }: ViewProps) {
  const t = useText('runs');
  const { data, error, refetch } = useCommand('runs.list', {});
  const app = useText('app');
  const errors = useText('errors');
  if (error) {
    const action = { label: app('tryAgain'), onClick: () => void refetch() };
    return <EmptyState title={errors(error.failure.code)} detail={error.message} action={action} />;
  }
  if (data === undefined) return <Loading />;
  if (data.length > 0) return <SavedRuns runs={data} openAtFirst={route.rest[0] ?? null} />;
  const action = { label: t('train'), onClick: () => goTo('train') };
  const icon = <IconListDetails size={40} stroke={1.25} aria-hidden />;
  return <EmptyState icon={icon} title={t('none')} detail={t('noneDetail')} action={action} />;
}

type SavedRunsProps = { readonly runs: readonly RunRecord[]; readonly openAtFirst: string | null };

function SavedRuns({ runs, openAtFirst }: SavedRunsProps) {
  const t = useText('runs');
  const format = useFormat();
  const [filter, setFilter] = useState<RunFilter>(NO_RUN_FILTER);
  const [columns, toggleColumn] = useColumnChoice();
  const [selected, setSelected] = useState<ReadonlySet<RunId>>(new Set());
  const [openId, setOpenId] = useState(openAtFirst as RunId | null);
  const actions = useRunActions();
  const nameOf = useRunName();
  // biome-ignore lint/correctness/useExhaustiveDependencies: names change with the runs and the language alone
  const rows = useMemo(() => runs.map((run) => runRow(run, nameOf)), [runs, t]);
  const shown = useMemo(() => filteredRuns(rows, filter), [rows, filter]);
  const chosen = rows.filter(({ runId }) => selected.has(runId));
  const opened = rows.find(({ runId }) => runId === openId) ?? null;
  const count = t('shownOf', { shown: format.count(shown.length), total: format.count(rows.length) });
  return (
    <div className={styles.view}>
      <ViewHeader title={t('title')} detail={count}>
        <Filters filter={filter} onFilter={setFilter} tags={tagsOf(rows)} />
        <ColumnMenu shown={columns} onToggle={toggleColumn} />
      </ViewHeader>
      {shown.length === 0 ? (
        <EmptyState
          title={t('noMatch')}
          detail={t('noMatchDetail')}
          action={{ label: t('showAll'), onClick: () => setFilter(NO_RUN_FILTER) }}
        />
      ) : (
        <RunTable
          rows={shown}
          columns={columns}
          selected={selected}
          onSelect={setSelected}
          onOpen={setOpenId}
          openId={openId}
          actions={actions}
        />
      )}
      {chosen.length > 0 && <SelectionBar chosen={chosen} actions={actions} onClear={() => setSelected(new Set())} />}
      <RunDrawer row={opened} allTags={tagsOf(rows)} actions={actions} onClose={() => setOpenId(null)} />
    </div>
  );
}

type FiltersProps = {
  readonly filter: RunFilter;
  readonly onFilter: (filter: RunFilter) => void;
  readonly tags: readonly string[];
};

function Filters({ filter, onFilter, tags }: FiltersProps) {
  const t = useText('runs');
  const statuses = RunStatus.options.map((value) => ({ value, label: t(`status.${value}`) }));
  return (
    <>
      <TextInput
        size="xs"
        className={styles.search}
        aria-label={t('search')}
        placeholder={t('search')}
        leftSection={<IconSearch size={14} aria-hidden />}
        value={filter.text}
        onChange={({ currentTarget }) => onFilter({ ...filter, text: currentTarget.value })}
      />
      <Select
        size="xs"
        w={128}
        aria-label={t('column.status')}
        placeholder={t('anyStatus')}
        clearable
        data={statuses}
        value={filter.status}
        onChange={(status) => onFilter({ ...filter, status: status as RunFilter['status'] })}
      />
      {tags.length > 0 && (
        <Select
          size="xs"
          w={128}
          aria-label={t('column.tags')}
          placeholder={t('anyTag')}
          clearable
          searchable
          data={[...tags]}
          value={filter.tag}
          onChange={(tag) => onFilter({ ...filter, tag })}
        />
      )}
    </>
  );
}

type ColumnMenuProps = { readonly shown: readonly ColumnId[]; readonly onToggle: (id: ColumnId) => void };

function ColumnMenu({ shown, onToggle }: ColumnMenuProps) {
  const t = useText('runs');
  return (
    <Popover position="bottom-end" withinPortal={false} trapFocus returnFocus>
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<IconColumns3 size={14} aria-hidden />}>
          {t('columns')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('columns')}>
        <div className={styles.columnList}>
          {COLUMN_IDS.map((id) => (
            <Checkbox
              key={id}
              size="xs"
              label={t(`column.${id}`)}
              checked={shown.includes(id)}
              onChange={() => onToggle(id)}
            />
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

type SelectionBarProps = {
  readonly chosen: readonly RunRow[];
  readonly actions: RunActions;
  readonly onClear: () => void;
};

function SelectionBar({ chosen, actions, onClear }: SelectionBarProps) {
  const t = useText('runs');
  const format = useFormat();
  const isFinished = chosen.every(({ status }) => status === 'done');
  const canCompare = isFinished && chosen.length >= 2 && chosen.length <= MOST_COMPARED;
  const hint = isFinished ? t('compareHint', { most: format.count(MOST_COMPARED) }) : t('compareUnfinished');
  const oldestFirst = chosen.toSorted((a, b) => a.at.localeCompare(b.at)).map(({ runId }) => runId);
  const one = chosen.length === 1 ? chosen[0]! : null;
  const isLive = chosen.some(({ status }) => status === 'running' || status === 'queued');
  return (
    <div className={styles.selection} role="toolbar" aria-label={t('selectionBar')}>
      <span>{t('selected', { count: chosen.length, shown: format.count(chosen.length) })}</span>
      <Tooltip label={hint} disabled={canCompare}>
        <Button
          size="xs"
          aria-disabled={!canCompare}
          {...(canCompare ? {} : { 'data-disabled': true })}
          onClick={() => {
            if (canCompare) goTo('compare', ...oldestFirst);
          }}
        >
          {t('compare')}
        </Button>
      </Tooltip>
      {one?.status === 'done' && (
        <Button size="xs" variant="default" onClick={() => goTo('evaluate', one.runId)}>
          {t('evaluate')}
        </Button>
      )}
      {!isLive && (
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            actions.remove(chosen.map(({ runId }) => runId));
            onClear();
          }}
        >
          {t('delete')}
        </Button>
      )}
      <Button size="xs" variant="subtle" color="gray" onClick={onClear}>
        {t('clearSelection')}
      </Button>
    </div>
  );
}
