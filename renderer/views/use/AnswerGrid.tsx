import { useVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import { fitTiles } from '../../lib/grid-geometry.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { mediaUrl } from '../../lib/media.ts';
import { useFormat } from '../../lib/use-format.ts';
import { useWidth } from '../../lib/use-width.ts';
import { ColourDot } from '../../parts/ClassChip.tsx';
import { type Answer, type AnswerGroup, type GridRow, gridRows } from './answer-groups.ts';
import styles from './use.module.css';

const TILE_PIXELS = 148; // about; tiles fill the width
const CAPTION_PIXELS = 28;
const SECOND_LINE_PIXELS = 18; // unsure ones say what they may be, and their file
const HEAD_PIXELS = 44;
const GAP_PIXELS = 8;
const PADDING_PIXELS = 24;

export type ColourOf = (name: string, position: number) => string;

type AnswerGridProps = {
  readonly groups: readonly AnswerGroup[];
  readonly colourOf: ColourOf;
  readonly onLook: (answer: Answer) => void;
};

/** Answers under the heading of their class; only the rows on screen exist. */
export function AnswerGrid({ groups, colourOf, onLook }: AnswerGridProps) {
  const t = useText('use');
  const scroller = useRef<HTMLDivElement>(null);
  const { columns, sidePixels } = fitTiles(useWidth(scroller) - 2 * PADDING_PIXELS, TILE_PIXELS, GAP_PIXELS);
  const rows = useMemo(() => gridRows(groups, columns), [groups, columns]);
  const heightOf = (row: GridRow | undefined): number => {
    if (row?.kind === 'head') return HEAD_PIXELS;
    return sidePixels + CAPTION_PIXELS + GAP_PIXELS + (row?.group.position === null ? SECOND_LINE_PIXELS : 0);
  };
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => heightOf(rows[index]),
    overscan: 3,
    paddingEnd: PADDING_PIXELS,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: heights follow from the rows
  useLayoutEffect(() => virtual.measure(), [rows, sidePixels]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <section ref={scroller} className={styles.grid} aria-label={t('grid')} tabIndex={0}>
      <div className={styles.gridInner} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <div key={index} className={styles.gridRow} style={{ transform: `translateY(${start}px)` }}>
              {row.kind === 'head' ? (
                <GroupHead group={row.group} colourOf={colourOf} />
              ) : (
                row.answers.map((answer) => (
                  <AnswerTile
                    sidePixels={sidePixels}
                    key={answer.path}
                    answer={answer}
                    group={row.group}
                    onLook={onLook}
                  />
                ))
              )}
            </div>
          );
        })}
      </div>
    </section>
  );
}

type GroupHeadProps = { readonly group: AnswerGroup; readonly colourOf: ColourOf };

function GroupHead({ group: { name, position, answers }, colourOf }: GroupHeadProps) {
  const t = useText('use');
  const format = useFormat();
  return (
    <h3 className={styles.groupHead}>
      {position !== null && <ColourDot colour={colourOf(name, position)} />}
      <span className={styles.groupName}>{position === null ? t('unsure') : name}</span>
      <span className={styles.groupCount}>{format.count(answers.length)}</span>
    </h3>
  );
}

type AnswerTileProps = {
  readonly answer: Answer;
  readonly group: AnswerGroup;
  readonly sidePixels: number;
  readonly onLook: (answer: Answer) => void;
};

function AnswerTile({ answer, group, sidePixels, onLook }: AnswerTileProps) {
  const t = useText('use');
  const format = useFormat();
  const [hasPicture, setHasPicture] = useState(answer.viewKey !== null);
  const shown = format.percent(answer.probability);
  const isUnsure = group.position === null;
  return (
    <button
      type="button"
      className={styles.tile}
      style={{ width: sidePixels }}
      title={answer.fileName}
      onClick={() => onLook(answer)}
    >
      {hasPicture && answer.viewKey !== null ? (
        <img
          className={styles.picture}
          src={mediaUrl('view', answer.viewKey)}
          alt=""
          width={sidePixels}
          height={sidePixels}
          decoding="async"
          draggable={false}
          onError={() => setHasPicture(false)}
        />
      ) : (
        <span className={styles.noPicture} style={{ height: sidePixels }}>
          {t('noPicture')}
        </span>
      )}
      <span className={styles.tileAnswer}>
        <span className={styles.tileName}>{isUnsure ? t('perhaps', { name: answer.answer }) : answer.fileName}</span>
        {!isUnsure && <span className={styles.hidden}>{answer.answer}</span>}
        <span className={styles.tilePercent}>{shown}</span>
      </span>
      {isUnsure && <span className={styles.tileFile}>{answer.fileName}</span>}
    </button>
  );
}
