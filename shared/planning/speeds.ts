/** How fast a machine does each kind of work, fitted to a few timed steps, and how long other steps then take. */
import type { StepWork } from './work.ts';

/** A timed step: the work of one image, images in the batch, seconds of the whole step. */
export type Observation = { readonly work: StepWork; readonly batch: number; readonly seconds: number };

/** Seconds a unit of each kind of work; 0 where the observations had none of it, or none that showed. */
export type Speeds = { readonly [Kind in keyof StepWork]: number };

const KINDS = ['conv', 'depthwise', 'dense', 'moved', 'nodes'] as const satisfies readonly (keyof StepWork)[];
const SWEEPS = 20_000;

/**
 * The speeds that explain the observations best: least squares of the relative errors, none below 0.
 *
 * Coordinate descent; with five unknowns and a handful of steps it takes a millisecond. No observation: all 0.
 */
export function fitSpeeds(observations: readonly Observation[]): Speeds {
  const usable = observations.filter(({ seconds }) => seconds > 0);
  const columns = KINDS.map((kind) => usable.map((seen) => amount(seen, kind) / seen.seconds));
  const scales = columns.map((column) => Math.max(...column, 0));
  const scaled = columns.map((column, at) => column.map((value) => (scales[at]! > 0 ? value / scales[at]! : 0)));
  const rates = new Array<number>(KINDS.length).fill(0);
  const residuals = usable.map(() => 1); // how much of each step's time is not yet explained
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const [at, column] of scaled.entries()) {
      const norm = column.reduce((sum, value) => sum + value * value, 0);
      if (norm === 0) continue;
      const wish = rates[at]! + column.reduce((sum, value, row) => sum + value * residuals[row]!, 0) / norm;
      const change = Math.max(0, wish) - rates[at]!;
      rates[at]! += change;
      for (const [row, value] of column.entries()) residuals[row]! -= value * change;
    }
  }
  const rateOf = (at: number): number => (scales[at]! > 0 ? rates[at]! / scales[at]! : 0);
  return { conv: rateOf(0), depthwise: rateOf(1), dense: rateOf(2), moved: rateOf(3), nodes: rateOf(4) };
}

function amount({ work, batch }: Omit<Observation, 'seconds'>, kind: keyof StepWork): number {
  return kind === 'nodes' ? work.nodes : work[kind] * batch;
}

/** Seconds for `images` images in steps of `batch`. */
export function predictSeconds(
  work: StepWork,
  speeds: Speeds,
  { images, batch }: { readonly images: number; readonly batch: number },
): number {
  const perImage = (['conv', 'depthwise', 'dense', 'moved'] as const).reduce(
    (sum, kind) => sum + work[kind] * speeds[kind],
    0,
  );
  return perImage * images + Math.ceil(images / batch) * work.nodes * speeds.nodes;
}
