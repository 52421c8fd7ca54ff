import { CLASS_COLOURS } from '../../lib/class-colours.ts';

export type RunStroke = { readonly colour: string; readonly dash: readonly number[] | null };

const DASHES = [null, [8, 4], [2, 3], [12, 3, 2, 3], [5, 5], [16, 4]] as const;
const COLOURS = [
  'var(--text)',
  CLASS_COLOURS[0],
  CLASS_COLOURS[4],
  CLASS_COLOURS[2],
  CLASS_COLOURS[3],
  CLASS_COLOURS[1],
];

/** Colour and dash of a run by its place in the comparison: told apart without colour too. */
export function runStroke(at: number): RunStroke {
  return { colour: COLOURS[at % COLOURS.length]!, dash: DASHES[at % DASHES.length]! };
}

type RunLineProps = { readonly stroke: RunStroke };

/** A short piece of a run's curve. */
export function RunLine({ stroke }: RunLineProps) {
  return (
    <svg width="28" height="8" aria-hidden="true">
      <line x2="28" y1="4" y2="4" stroke={stroke.colour} strokeWidth="2.5" strokeDasharray={stroke.dash?.join(' ')} />
    </svg>
  );
}
