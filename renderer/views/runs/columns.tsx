import { Tooltip } from '@mantine/core';
import { createColumnHelper, createSortedRowModel, rowSortingFeature, tableFeatures } from '@tanstack/react-table';
import { backboneTitle } from '../../lib/freeze-depth.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { DepthBar } from '../../parts/DepthBar.tsx';
import { Said } from '../../parts/Said.tsx';
import { compareMaybe, type RunRow } from './run-rows.ts';
import styles from './runs.module.css';

export const runFeatures = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });

/** Columns that can be shown and hidden, in their order; the name is always there. */
export const COLUMN_IDS = [
  'status',
  'accuracy',
  'depth',
  'backbone',
  'augmentation',
  'tags',
  'epochs',
  'time',
  'device',
  'date',
] as const;
export type ColumnId = (typeof COLUMN_IDS)[number];

const helper = createColumnHelper<typeof runFeatures, RunRow>();
type Sorted = { readonly original: RunRow };

const byText = (of: (row: RunRow) => string) => (a: Sorted, b: Sorted) =>
  of(a.original).localeCompare(of(b.original), undefined, { numeric: true });
const byNumber = (of: (row: RunRow) => number | null) => (a: Sorted, b: Sorted) =>
  compareMaybe(of(a.original), of(b.original));

/** What each column sorts by; cells are drawn by RunCell. */
export const runColumns = helper.columns([
  helper.accessor('name', { id: 'name', sortFn: byText(({ name }) => name) }),
  helper.accessor('status', { id: 'status', sortFn: byText(({ status }) => status) }),
  helper.accessor('accuracy', { id: 'accuracy', sortFn: byNumber(({ accuracy }) => accuracy), sortDescFirst: true }),
  helper.accessor('learningShare', { id: 'depth', sortFn: byNumber(({ learningShare }) => learningShare) }),
  helper.accessor('backbone', { id: 'backbone', sortFn: byText(({ backbone }) => backboneTitle(backbone)) }),
  helper.accessor('augmentation', { id: 'augmentation', sortFn: byText(({ augmentation }) => augmentation) }),
  helper.accessor('tags', { id: 'tags', sortFn: byText(({ tags }) => tags.join(' ')) }),
  helper.accessor('epochs', { id: 'epochs', sortFn: byNumber(({ epochs }) => epochs) }),
  helper.accessor('elapsedMs', { id: 'time', sortFn: byNumber(({ elapsedMs }) => elapsedMs) }),
  helper.accessor('device', { id: 'device', sortFn: byText(({ device }) => device) }),
  helper.accessor('at', { id: 'date', sortFn: byText(({ at }) => at), sortDescFirst: true }),
]);

type RunCellProps = { readonly row: RunRow; readonly column: ColumnId; readonly nowMs: number };

/** One figure of a run. */
export function RunCell({ row, column, nowMs }: RunCellProps) {
  const t = useText('runs');
  const format = useFormat();
  switch (column) {
    case 'status':
      return <StatusCell row={row} />;
    case 'tags':
      return <Tags tags={row.tags} />;
    case 'depth':
      return <DepthBar depth={row.depth} />;
    case 'backbone':
      return <span className={styles.clipped}>{backboneTitle(row.backbone)}</span>;
    case 'augmentation':
      return t(`augmentation.${row.augmentation}`);
    case 'accuracy':
      return <AccuracyCell row={row} />;
    case 'epochs':
      return (
        <Tooltip label={t('epochsHint')}>
          <span>
            {t('epochsBest', {
              best: row.bestEpoch === null ? '–' : format.count(row.bestEpoch),
              epochs: format.count(row.epochs),
            })}
          </span>
        </Tooltip>
      );
    case 'time':
      return format.duration(row.elapsedMs);
    case 'device':
      return <span className={styles.clipped}>{row.device === '' ? '–' : row.device}</span>;
    case 'date':
      return (
        <Tooltip label={format.dateTime(row.at)}>
          <time dateTime={row.at}>{format.relative(row.at, nowMs)}</time>
        </Tooltip>
      );
  }
}

type CellProps = { readonly row: RunRow };

function StatusCell({ row }: CellProps) {
  const t = useText('runs');
  const { failure } = row.run;
  const status = (
    <span className={styles.status} data-status={row.status}>
      {t(`status.${row.status}`)}
    </span>
  );
  return failure === null ? status : <Tooltip label={<Said text={failure.message} />}>{status}</Tooltip>;
}

function AccuracyCell({ row }: CellProps) {
  const t = useText('runs');
  const format = useFormat();
  const { accuracy, interval, run } = row;
  if (accuracy === null) return <span>–</span>;
  const told = {
    correct: format.count(run.selectionCorrect),
    total: format.count(run.selectionTotal),
    interval: format.percentInterval(interval),
  };
  return (
    <Tooltip label={row.isCrossValidated ? t('crossValidated', told) : t('onValidation', told)}>
      <span className={styles.figure}>
        {format.percent(accuracy)}
        <span className={styles.interval}>{interval === null ? t('ofPhotos', told) : told.interval}</span>
      </span>
    </Tooltip>
  );
}

type TagsProps = { readonly tags: readonly string[] };

function Tags({ tags }: TagsProps) {
  if (tags.length === 0) return <span className={styles.quiet}>–</span>;
  return (
    <span className={styles.tags}>
      {tags.map((tag) => (
        <span key={tag} className={styles.tag}>
          {tag}
        </span>
      ))}
    </span>
  );
}
