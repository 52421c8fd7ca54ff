/** Curves in the plane: x to the right, y downwards, in SVG user units. */
import type { Random } from '../../shared/math/random.ts';

export type Point = readonly [x: number, y: number];

/** A stripe from its thick end to its tip. */
export type Mark = readonly [from: Point, to: Point];

const SAMPLES_PER_SPAN = 8;

export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random();
}

/** Points from text as SVG writes them: `0,-37 22,-34`. */
export function corners(text: string): Point[] {
  return text.split(' ').map((pair): Point => {
    const [x, y] = pair.split(',').map(Number);
    return [x as number, y as number];
  });
}

/** Marks from text: `from to; from to`. */
export function pairs(text: string): Mark[] {
  return text.split('; ').map((mark): Mark => corners(mark) as [Point, Point]);
}

/** A number as SVG text, with at most one decimal: keeps the pictures small and equal everywhere. */
export function num(value: number): string {
  const rounded = Math.round(value * 10) / 10;
  return String(rounded === 0 ? 0 : rounded);
}

export function at([x, y]: Point): string {
  return `${num(x)},${num(y)}`;
}

/** The right half of an outline, given from top to bottom, completed by its mirror image. */
export function mirrored(right: readonly Point[]): Point[] {
  const left = right.filter(([x]) => x !== 0).map(([x, y]): Point => [-x, y]);
  return [...right, ...left.reverse()];
}

/** Points of the Catmull-Rom spline through `points`; a closed one does not repeat its first point. */
export function spline(points: readonly Point[], isClosed: boolean): Point[] {
  const count = points.length;
  const pick = (index: number) =>
    points[isClosed ? (index + count) % count : Math.min(Math.max(index, 0), count - 1)] as Point;
  const sampled: Point[] = [];
  for (let span = 0; span < (isClosed ? count : count - 1); span += 1) {
    const corners = [pick(span - 1), pick(span), pick(span + 1), pick(span + 2)] as const;
    for (let step = 0; step < SAMPLES_PER_SPAN; step += 1) {
      const t = step / SAMPLES_PER_SPAN;
      sampled.push([catmullRom(corners, 0, t), catmullRom(corners, 1, t)]);
    }
  }
  if (!isClosed) sampled.push(pick(count - 1));
  return sampled;
}

function catmullRom(corners: readonly [Point, Point, Point, Point], axis: 0 | 1, t: number): number {
  const [a, b, c, d] = [corners[0][axis], corners[1][axis], corners[2][axis], corners[3][axis]];
  return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t * t * t);
}

/** A filled band of changing width along a curve; widths are spread evenly over the length. */
export function tube(points: readonly Point[], widths: readonly number[]): Point[] {
  const line = spline(points, false);
  const left: Point[] = [];
  const right: Point[] = [];
  for (const [index, point] of line.entries()) {
    const [normalX, normalY] = normalAt(line, index, false);
    const half = widthAt(widths, index / (line.length - 1)) / 2;
    left.push([point[0] + normalX * half, point[1] + normalY * half]);
    right.push([point[0] - normalX * half, point[1] - normalY * half]);
  }
  return [...left, ...right.reverse()];
}

function widthAt(widths: readonly number[], t: number): number {
  const place = t * (widths.length - 1);
  const low = Math.min(Math.floor(place), widths.length - 2);
  const [from, to] = [widths[low] ?? 0, widths[low + 1] ?? widths[low] ?? 0];
  return from + (to - from) * (place - low);
}

/** The unit vector to the left of the direction of travel. */
export function normalAt(line: readonly Point[], index: number, isClosed: boolean): Point {
  const count = line.length;
  const wrap = (i: number) => (isClosed ? (i + count) % count : Math.min(Math.max(i, 0), count - 1));
  const [before, after] = [line[wrap(index - 1)] as Point, line[wrap(index + 1)] as Point];
  const [dx, dy] = [after[0] - before[0], after[1] - before[1]];
  const length = Math.hypot(dx, dy) || 1;
  return [dy / length, -dx / length];
}

export function polygon(points: readonly Point[]): string {
  return `M${points.map(at).join('L')}Z`;
}

/** The outline with hair standing out of it: tips of random length that lean downwards. */
export function tufted(outline: readonly Point[], hairLength: number, random: Random): string {
  const roots = resampled(outline, 2.6 + 0.6 * hairLength);
  const sign = signedArea(roots) > 0 ? 1 : -1;
  const parts = [`M${at(roots[0] as Point)}`];
  for (const [index, root] of roots.entries()) {
    const next = roots[(index + 1) % roots.length] as Point;
    const [normalX, normalY] = normalAt(roots, index, true);
    const reach = sign * hairLength * between(random, 0.3, 1.2);
    const middle: Point = [(root[0] + next[0]) / 2, (root[1] + next[1]) / 2];
    const tip: Point = [middle[0] + normalX * reach, middle[1] + normalY * reach + hairLength * 0.4];
    const bulge: Point = [root[0] + normalX * reach * 0.6, root[1] + normalY * reach * 0.6];
    parts.push(`Q${at(bulge)} ${at(tip)}L${at(next)}`);
  }
  return `${parts.join('')}Z`;
}

/** The closed outline with points about `step` apart. */
function resampled(outline: readonly Point[], step: number): Point[] {
  const points: Point[] = [];
  let untilNext = 0;
  for (const [index, from] of outline.entries()) {
    const to = outline[(index + 1) % outline.length] as Point;
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
    while (untilNext < length) {
      const along = untilNext / length;
      points.push([from[0] + (to[0] - from[0]) * along, from[1] + (to[1] - from[1]) * along]);
      untilNext += step;
    }
    untilNext -= length;
  }
  return points;
}

function signedArea(outline: readonly Point[]): number {
  let doubled = 0;
  for (const [index, [x, y]] of outline.entries()) {
    const [nextX, nextY] = outline[(index + 1) % outline.length] as Point;
    doubled += x * nextY - nextX * y;
  }
  return doubled;
}

/** A stroke that is `width` thick at its start and ends in a point: a stripe, a leaf, a blade of grass. */
export function wedge(from: Point, to: Point, width: number, bend = 0): string {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy) || 1;
  const [normalX, normalY] = [dy / length, -dx / length];
  const side = (along: number, off: number): Point => [
    from[0] + dx * along + normalX * off,
    from[1] + dy * along + normalY * off,
  ];
  const [a, b] = [side(0, width / 2), side(0, -width / 2)];
  return `M${at(a)}Q${at(side(0.5, width * 0.6 + bend))} ${at(to)}Q${at(side(0.5, -width * 0.6 + bend))} ${at(b)}Z`;
}

export function boundsOf(points: readonly Point[]): { x: number; y: number; width: number; height: number } {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}
