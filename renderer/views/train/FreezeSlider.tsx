import { Tooltip } from '@mantine/core';
import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { type NetworkBlock, nearestStop, sliderStops } from './network-blocks.ts';
import type { ProbeNote, Rung } from './ProbeLadder.tsx';
import { ProbeLadder } from './ProbeLadder.tsx';
import styles from './train.module.css';

type FreezeSliderProps = {
  readonly blocks: readonly NetworkBlock[];
  readonly stop: number; // blocks before it are frozen
  readonly recommended: number | null;
  readonly rungs: readonly Rung[] | null; // of each stop; null: not probed
  readonly probeNote: ProbeNote;
  readonly onChange: (stop: number) => void;
};

/** The network stage by stage, cold where frozen and warm where it learns, and the handle between. */
export function FreezeSlider({ blocks, stop, recommended, rungs, probeNote, onChange }: FreezeSliderProps) {
  const t = useText('train');
  const row = useRef<HTMLDivElement>(null);
  const stops = sliderStops(blocks);
  const last = stops.length - 1;
  const moveTo = (event: PointerEvent): void => {
    const { left, width } = row.current!.getBoundingClientRect();
    onChange(nearestStop(stops, (event.clientX - left) / width));
  };
  const onKey = (event: KeyboardEvent): void => {
    const next = stopAfterKey(event.key, stop, last);
    if (next === null) return;
    event.preventDefault();
    onChange(next);
  };
  const frozenThrough = stop === 0 ? t('nothingFrozen') : t('frozenThrough', { stage: blocks[stop - 1]!.title });
  return (
    <div className={styles.network}>
      <div
        ref={row}
        className={styles.blocks}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          moveTo(event);
        }}
        onPointerMove={(event) => {
          if (event.buttons === 1) moveTo(event);
        }}
      >
        {blocks.map((block, at) => (
          <Block key={block.stage} block={block} isFrozen={at < stop} />
        ))}
        <Tooltip
          label={<BlockFacts block={blocks[Math.max(0, stop - 1)]!} isFrozen={stop > 0} />}
          events={{ hover: false, focus: true, touch: false }}
        >
          <div
            className={styles.handle}
            style={{ left: `${100 * stops[stop]!}%` }}
            role="slider"
            tabIndex={0}
            aria-label={t('freezeDepth')}
            aria-valuemin={0}
            aria-valuemax={last}
            aria-valuenow={stop}
            aria-valuetext={frozenThrough}
            onKeyDown={onKey}
          >
            <span className={styles.grip} />
          </div>
        </Tooltip>
        {recommended !== null && (
          <div className={styles.recommended} style={{ left: `${100 * stops[recommended]!}%` }} aria-hidden="true" />
        )}
      </div>
      <div className={styles.ends} aria-hidden="true">
        <span className={styles.iceText}>{t('frozen')}</span>
        <span>{frozenThrough}</span>
        <span className={styles.emberText}>{t('learning')}</span>
      </div>
      <SpokenStages blocks={blocks} stop={stop} />
      <ProbeLadder stops={stops} rungs={rungs} note={probeNote} stop={stop} />
    </div>
  );
}

function stopAfterKey(key: string, stop: number, last: number): number | null {
  const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };
  if (key === 'Home') return 0;
  if (key === 'End') return last;
  const step = steps[key];
  return step === undefined ? null : Math.min(last, Math.max(0, stop + step));
}

type BlockProps = { readonly block: NetworkBlock; readonly isFrozen: boolean };

function Block({ block, isFrozen }: BlockProps) {
  return (
    <Tooltip label={<BlockFacts block={block} isFrozen={isFrozen} />} openDelay={150}>
      <div
        className={styles.block}
        data-frozen={isFrozen}
        style={{ left: `${100 * block.left}%`, width: `${100 * block.width}%`, height: `${100 * block.height}%` }}
      />
    </Tooltip>
  );
}

function BlockFacts({ block, isFrozen }: BlockProps) {
  const t = useText('train');
  const format = useFormat();
  return (
    <span className={styles.blockFacts}>
      <strong>{block.title}</strong>
      <span>{t('blockOutput', { shape: block.output.join('×') })}</span>
      {block.convolutions.length > 0 && (
        <span>{t('blockConvolutions', { kernels: block.convolutions.join(', ') })}</span>
      )}
      <span>{t('blockCost', { multiplications: format.compact(block.multiplications) })}</span>
      <span>{t('blockParameters', { parameters: format.compact(block.parameters) })}</span>
      <span>{isFrozen ? t('frozen') : t('learning')}</span>
    </span>
  );
}

type StagesProps = { readonly blocks: readonly NetworkBlock[]; readonly stop: number };

/** The drawing for those who hear it: each stage with its facts. */
function SpokenStages({ blocks, stop }: StagesProps) {
  const t = useText('train');
  return (
    <ol className={styles.spoken} aria-label={t('stageList')}>
      {blocks.map((block, at) => (
        <li key={block.stage}>
          <BlockFacts block={block} isFrozen={at < stop} />
        </li>
      ))}
    </ol>
  );
}
