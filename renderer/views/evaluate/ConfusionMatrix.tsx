import { type KeyboardEvent, useRef } from 'react';
import { useText } from '../../lib/i18n/i18n.ts';
import { useClassColours } from '../../lib/use-class-colours.ts';
import { useFormat } from '../../lib/use-format.ts';
import { ClassChip } from '../../parts/ClassChip.tsx';
import styles from './evaluate.module.css';
import { type Cell, firstCell, nextCell } from './figures.ts';

const MOST_HORIZONTAL = 6; // classes whose names still fit side by side
const DENSE_FROM = 17; // so many get smaller cells: 30 fit a window of usual width
const DEEPEST = 0.42; // opacity of a full cell, so that its figure can be read in both themes

type ConfusionMatrixProps = {
  readonly classes: readonly string[];
  readonly confusion: readonly (readonly number[])[]; // [K, K], rows: truth
  readonly previous?: readonly (readonly number[])[] | null | undefined; // of the same classes: what changed is shown
  readonly current?: Cell | null;
  readonly onChoose?: (cell: Cell) => void; // without it the cells only tell
};

/** Truth against answer; each cell opens its photos. Arrows move between cells that have some. */
export function ConfusionMatrix({ classes, confusion, previous, current = null, onChoose }: ConfusionMatrixProps) {
  const t = useText('evaluate');
  const place = useRef<HTMLTableElement>(null);
  const colourOf = useClassColours();
  const hasCurrent = current !== null && (confusion[current.truth]?.[current.answer] ?? 0) > 0;
  const entry = hasCurrent ? current : firstCell(confusion);
  const onKey = (event: KeyboardEvent, from: Cell): void => {
    const next = nextCell(confusion, from, event.key);
    if (next === null) return;
    event.preventDefault();
    place.current?.querySelector<HTMLElement>(`[data-cell="${next.truth} ${next.answer}"]`)?.focus();
  };
  return (
    <div className={styles.matrixScroller}>
      <table
        ref={place}
        className={styles.matrix}
        data-large={classes.length <= MOST_HORIZONTAL || undefined}
        data-dense={classes.length >= DENSE_FROM || undefined}
        aria-label={t('confusion')}
      >
        <thead>
          <tr>
            <td className={styles.corner}>
              <span>{t('truthHead')} ↓</span> <span>{t('answerHead')} →</span>
            </td>
            {classes.map((name, at) => (
              <th
                key={name}
                scope="col"
                title={name}
                className={styles.columnHead}
                data-turned={classes.length > MOST_HORIZONTAL || undefined}
              >
                <ClassChip name={name} colour={colourOf(name, at)} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {confusion.map((row, truth) => (
            <tr key={classes[truth]}>
              <th scope="row" title={classes[truth]}>
                <ClassChip name={classes[truth]!} colour={colourOf(classes[truth]!, truth)} />
              </th>
              {row.map((count, answer) => (
                <MatrixCell
                  key={classes[answer]}
                  cell={{ truth, answer }}
                  names={[classes[truth]!, classes[answer]!]}
                  count={count}
                  change={previous == null ? 0 : count - (previous[truth]?.[answer] ?? 0)}
                  share={
                    count /
                    Math.max(
                      1,
                      row.reduce((sum, one) => sum + one, 0),
                    )
                  }
                  isCurrent={current?.truth === truth && current.answer === answer}
                  isEntry={entry?.truth === truth && entry.answer === answer}
                  onChoose={onChoose}
                  onKey={onKey}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type MatrixCellProps = {
  readonly cell: Cell;
  readonly names: readonly [truth: string, answer: string];
  readonly count: number;
  readonly change: number; // against the matrix before
  readonly share: number; // of its row, 0 to 1
  readonly isCurrent: boolean;
  readonly isEntry: boolean; // the one that Tab reaches
  readonly onChoose: ((cell: Cell) => void) | undefined;
  readonly onKey: (event: KeyboardEvent, from: Cell) => void;
};

function MatrixCell(props: MatrixCellProps) {
  const { cell, names, count, change, share, isCurrent, isEntry, onChoose, onKey } = props;
  const t = useText('evaluate');
  const format = useFormat();
  const shown = format.count(count);
  const changed = change === 0 ? null : `${change > 0 ? '+' : '−'}${format.count(Math.abs(change))}`;
  const figure = changed === null ? shown : `${shown} ${changed}`; // as it can be read in the cell
  const told = t('cell', { truth: names[0], answer: names[1], count, shown: figure });
  const isRight = cell.truth === cell.answer;
  const figures = (
    <>
      <span className={styles.cellCount}>{shown}</span>
      {changed !== null && (
        <>
          {' '}
          <span className={styles.cellChange}>{changed}</span>
        </>
      )}
    </>
  );
  if (count === 0)
    return (
      <td className={styles.emptyCell} data-right={isRight || undefined}>
        {changed === null ? <span className={styles.nothing}>0</span> : figures}
      </td>
    );
  const shade = <span className={styles.shade} style={{ opacity: DEEPEST * (0.15 + 0.85 * share) }} />;
  if (onChoose === undefined) {
    return (
      <td>
        <span className={styles.cell} data-still data-right={isRight || undefined}>
          {shade}
          {figures}
        </span>
      </td>
    );
  }
  return (
    <td>
      <button
        type="button"
        className={styles.cell}
        data-cell={`${cell.truth} ${cell.answer}`}
        data-right={isRight || undefined}
        aria-pressed={isCurrent}
        aria-label={told}
        tabIndex={isEntry ? 0 : -1}
        onClick={() => onChoose(cell)}
        onKeyDown={(event) => onKey(event, cell)}
      >
        {shade}
        {figures}
      </button>
    </td>
  );
}
