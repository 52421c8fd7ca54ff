/** Digits as a hand might write them: strokes of our own, bent, slanted, thick or thin, with noise. Grey, 32 x 32. */
import { normal, type Random } from '../../../shared/math/random.ts';

export const DIGIT_SIDE = 32; // pixels

type Point = readonly [x: number, y: number]; // 0 to 1, y downwards
type Stroke = { readonly points: readonly Point[]; readonly kind: 'curved' | 'straight' };

const curved = (...points: Point[]): Stroke => ({ kind: 'curved', points });
const straight = (...points: Point[]): Stroke => ({ kind: 'straight', points });
const six = curved(
  [0.68, 0.1],
  [0.4, 0.3],
  [0.27, 0.62],
  [0.42, 0.89],
  [0.7, 0.8],
  [0.7, 0.57],
  [0.48, 0.5],
  [0.29, 0.66],
);
const turned = ({ kind, points }: Stroke): Stroke => ({ kind, points: points.map(([x, y]): Point => [1 - x, 1 - y]) });
const four = straight([0.6, 0.1], [0.2, 0.62], [0.82, 0.62]);
const seven = straight([0.22, 0.13], [0.78, 0.13], [0.42, 0.9]);

/** By digit, the ways in which it is written. */
const forms: readonly (readonly (readonly Stroke[])[])[] = [
  [[curved([0.5, 0.1], [0.25, 0.27], [0.23, 0.68], [0.48, 0.9], [0.74, 0.7], [0.75, 0.3], [0.53, 0.1])]],
  [
    [straight([0.5, 0.1], [0.5, 0.9])],
    [straight([0.33, 0.28], [0.53, 0.1], [0.53, 0.9])],
    [straight([0.33, 0.28], [0.53, 0.1], [0.53, 0.9]), straight([0.3, 0.9], [0.76, 0.9])],
  ],
  [
    [
      curved([0.24, 0.3], [0.38, 0.12], [0.64, 0.13], [0.73, 0.32], [0.55, 0.58], [0.24, 0.88]),
      straight([0.24, 0.88], [0.78, 0.88]),
    ],
    [
      curved(
        [0.24, 0.28],
        [0.45, 0.1],
        [0.72, 0.26],
        [0.55, 0.6],
        [0.3, 0.84],
        [0.24, 0.78],
        [0.36, 0.74],
        [0.56, 0.88],
        [0.8, 0.84],
      ),
    ],
  ],
  [
    [
      curved([0.25, 0.17], [0.52, 0.09], [0.73, 0.25], [0.62, 0.44], [0.43, 0.48]),
      curved([0.43, 0.48], [0.72, 0.55], [0.74, 0.78], [0.5, 0.91], [0.23, 0.82]),
    ],
    [
      straight([0.25, 0.12], [0.72, 0.12], [0.46, 0.44]),
      curved([0.46, 0.44], [0.72, 0.55], [0.74, 0.78], [0.5, 0.91], [0.23, 0.82]),
    ],
  ],
  [
    [four, straight([0.6, 0.1], [0.6, 0.92])],
    [straight([0.3, 0.12], [0.24, 0.55], [0.78, 0.55]), straight([0.68, 0.14], [0.64, 0.92])],
  ],
  [
    [
      straight([0.74, 0.12], [0.33, 0.12], [0.29, 0.47]),
      curved([0.29, 0.47], [0.53, 0.4], [0.76, 0.6], [0.63, 0.86], [0.25, 0.85]),
    ],
  ],
  [[six]],
  [[seven], [seven, straight([0.36, 0.5], [0.7, 0.5])]],
  [
    [
      curved(
        [0.54, 0.48],
        [0.3, 0.35],
        [0.36, 0.14],
        [0.6, 0.11],
        [0.71, 0.28],
        [0.52, 0.48],
        [0.28, 0.68],
        [0.36, 0.88],
        [0.62, 0.89],
        [0.75, 0.71],
        [0.54, 0.48],
      ),
    ],
  ],
  [
    [turned(six)],
    [
      curved([0.7, 0.32], [0.5, 0.48], [0.3, 0.36], [0.38, 0.13], [0.62, 0.12], [0.7, 0.32]),
      straight([0.7, 0.3], [0.62, 0.9]),
    ],
  ],
];

/** One picture of that digit, [32, 32] grey bytes; all of it from `random`. */
export function drawDigit(digit: number, random: Random): Uint8Array {
  const ways = forms[digit]!;
  const way = ways[Math.floor(random() * ways.length)]!;
  const place = drawPlace(random);
  const pieces = Float64Array.from(way.flatMap((stroke) => piecesOf(polyline(shaken(stroke, random)).map(place))));
  const radius = 0.7 + 1.2 * random(); // pixels
  const softness = 0.7 + 0.6 * random();
  const [paper, contrast, noise] = [0.15 * random(), 0.55 + 0.4 * random(), 0.03 + 0.12 * random()];
  return Uint8Array.from({ length: DIGIT_SIDE ** 2 }, (_, at) => {
    const distance = Math.sqrt(squaredDistance(pieces, (at % DIGIT_SIDE) + 0.5, Math.floor(at / DIGIT_SIDE) + 0.5));
    const ink = Math.min(1, Math.max(0, 0.5 + (radius - distance) / softness));
    return Math.min(255, Math.max(0, Math.round(255 * (paper + contrast * ink + noise * normal(random)))));
  });
}

function shaken({ kind, points }: Stroke, random: Random): Stroke {
  return { kind, points: points.map(([x, y]): Point => [x + 0.025 * normal(random), y + 0.025 * normal(random)]) };
}

/** Slant, turn, size and place; from the unit square to pixels. */
function drawPlace(random: Random): (point: Point) => Point {
  const between = (low: number, high: number): number => low + (high - low) * random();
  const [turn, slant] = [between(-0.22, 0.22), between(-0.35, 0.25)];
  const [wide, high] = [between(18, 26), between(21, 28)];
  const [right, down] = [between(-2, 2), between(-1.5, 1.5)];
  const [cosine, sine] = [Math.cos(turn), Math.sin(turn)];
  return ([x, y]) => {
    const v = (y - 0.5) * high;
    const u = (x - 0.5) * wide + slant * -v;
    return [DIGIT_SIDE / 2 + right + cosine * u - sine * v, DIGIT_SIDE / 2 + down + sine * u + cosine * v];
  };
}

const STEPS = 6; // pieces between two points of a curve

/** A curve goes through its points as a Catmull-Rom spline. */
function polyline({ kind, points }: Stroke): readonly Point[] {
  if (kind === 'straight') return points;
  const at = (index: number): Point => points[Math.min(points.length - 1, Math.max(0, index))]!;
  return Array.from({ length: (points.length - 1) * STEPS + 1 }, (_, index): Point => {
    const part = Math.floor(index / STEPS);
    const t = index / STEPS - part;
    const along = (axis: 0 | 1): number => {
      const [a, b, c, d] = [at(part - 1)[axis], at(part)[axis], at(part + 1)[axis], at(part + 2)[axis]];
      return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t ** 3);
    };
    return [along(0), along(1)];
  });
}

/** Squared distance of a pixel's middle from the nearest piece of a line, given as ax, ay, dx, dy of each piece. */
function squaredDistance(pieces: Float64Array, x: number, y: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at < pieces.length; at += 4) {
    const [px, py, dx, dy] = [x - pieces[at]!, y - pieces[at + 1]!, pieces[at + 2]!, pieces[at + 3]!];
    const length = dx * dx + dy * dy;
    const share = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length));
    const [ex, ey] = [px - share * dx, py - share * dy];
    least = Math.min(least, ex * ex + ey * ey);
  }
  return least;
}

function piecesOf(line: readonly Point[]): number[] {
  return line.slice(1).flatMap(([x, y], at) => [...line[at]!, x - line[at]![0], y - line[at]![1]]);
}
