/**
 * What mattered in a sweep: how much worse a forest predicts the accuracy of a point once one setting is shuffled.
 *
 * Permutation importance on the points that a tree has not seen (Breiman 2001, Random Forests, sec. 10), over bagged
 * regression trees.
 */
import type { DimensionName, Setting } from '../domain/sweep.ts';
import { type Random, seededRandom, shuffledIndices } from '../math/random.ts';
import type { PointFigures } from './points.ts';

export const FEWEST_POINTS = 8; // below, nothing can be told

const TREES = 200;
const TREES_OF_MANY = 60; // above MANY_POINTS: each tells more then, and takes longer
const MANY_POINTS = 300;
const MOST_DEPTH = 6;
const LEAST_LEAF = 2;

export type Importance = {
  readonly name: DimensionName;
  readonly share: number; // of the spread of accuracy that is lost when the setting is shuffled; about 0: it did not matter
  readonly interval: readonly [number, number]; // 95 % over the trees' mean (normal)
};

/** One figure a dimension, the largest first; null with fewer than eight points, or where all did equally well. */
export function importanceOf(
  points: readonly PointFigures[],
  names: readonly DimensionName[],
  seed: number,
): Importance[] | null {
  if (points.length < FEWEST_POINTS) return null;
  const targets = points.map(({ accuracy }) => accuracy);
  const spread = variance(targets);
  if (spread === 0) return null;
  const columns = names.map((name) => encode(points.map(({ values }) => values[name] ?? null)));
  const random = seededRandom(seed);
  const losses = names.map((): number[] => []);
  const trees = points.length > MANY_POINTS ? TREES_OF_MANY : TREES;
  for (let tree = 0; tree < trees; tree += 1) {
    const inside = points.map(() => Math.floor(random() * points.length));
    const drawn = new Set(inside);
    const outside = points.map((_, row) => row).filter((row) => !drawn.has(row));
    if (outside.length < 2) continue;
    const root = grow({ columns, targets }, inside, 0);
    const plain = errorOf({ columns, targets }, root, outside);
    for (const [at, column] of columns.entries()) {
      const shuffled: Table['columns'] = columns.map((own, index) =>
        index === at ? permuted(column, outside, random) : own,
      );
      losses[at]!.push((errorOf({ columns: shuffled, targets }, root, outside) - plain) / spread);
    }
  }
  return names
    .map((name, at) => ({ name, ...meanWithInterval(losses[at]!) }))
    .sort((a, b) => b.share - a.share || names.indexOf(a.name) - names.indexOf(b.name));
}

type Table = { readonly columns: readonly (readonly number[])[]; readonly targets: readonly number[] };
type Tree =
  | { readonly kind: 'leaf'; readonly mean: number }
  | { readonly kind: 'split'; readonly column: number; readonly at: number; readonly low: Tree; readonly high: Tree };

/** Numbers by their rank, anything else by the order of its first coming; equal values get equal numbers. */
function encode(values: readonly Setting[]): number[] {
  const isNumeric = values.every((value) => typeof value === 'number');
  const distinct = [...new Set(values)];
  if (isNumeric) distinct.sort((a, b) => Number(a) - Number(b));
  const rank = new Map(distinct.map((value, index) => [value, index]));
  return values.map((value) => rank.get(value)!);
}

function grow(table: Table, rows: readonly number[], depth: number): Tree {
  const best = depth < MOST_DEPTH && rows.length >= 2 * LEAST_LEAF ? bestSplit(table, rows) : null;
  if (best === null) return { kind: 'leaf', mean: mean(rows.map((row) => table.targets[row]!)) };
  const column = table.columns[best.column]!;
  const side = (isLow: boolean): Tree =>
    grow(
      table,
      rows.filter((row) => column[row]! <= best.at === isLow),
      depth + 1,
    );
  return { kind: 'split', column: best.column, at: best.at, low: side(true), high: side(false) };
}

/** The cut with the least sum of squares on both sides; null where none gains. */
function bestSplit({ columns, targets }: Table, rows: readonly number[]): { column: number; at: number } | null {
  const whole = squares(rows.map((row) => targets[row]!));
  const centre = mean(rows.map((row) => targets[row]!)); // subtracted, so that the sums lose no digits
  let best: { column: number; at: number; left: number } | null = null;
  for (const [column, values] of columns.entries()) {
    const sorted = [...rows].sort((a, b) => values[a]! - values[b]!);
    let sum = 0;
    for (let low = 1; low < sorted.length; low += 1) {
      sum += targets[sorted[low - 1]!]! - centre;
      const at = values[sorted[low - 1]!]!;
      const high = sorted.length - low;
      if (at === values[sorted[low]!] || low < LEAST_LEAF || high < LEAST_LEAF) continue;
      const left = whole - sum ** 2 / low - sum ** 2 / high; // both sides' sums are opposite, about the centre
      if (left < (best?.left ?? whole) - 1e-15) best = { column, at, left };
    }
  }
  return best;
}

function errorOf({ columns, targets }: Table, tree: Tree, rows: readonly number[]): number {
  return mean(rows.map((row) => (predict(tree, columns, row) - targets[row]!) ** 2));
}

function predict(tree: Tree, columns: Table['columns'], row: number): number {
  let node = tree;
  while (node.kind === 'split') node = columns[node.column]![row]! <= node.at ? node.low : node.high;
  return node.mean;
}

function permuted(column: readonly number[], rows: readonly number[], random: Random): readonly number[] {
  const order = shuffledIndices(rows.length, random);
  const changed = [...column];
  for (const [at, row] of rows.entries()) changed[row] = column[rows[order[at]!]!]!;
  return changed;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function squares(values: readonly number[]): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
}

function variance(values: readonly number[]): number {
  return squares(values) / values.length;
}

function meanWithInterval(values: readonly number[]): Pick<Importance, 'share' | 'interval'> {
  const share = mean(values);
  const half = 1.96 * Math.sqrt(squares(values) / Math.max(1, values.length - 1) / values.length);
  return { share, interval: [share - half, share + half] };
}
