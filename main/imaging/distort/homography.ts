/** Plane maps as 3 x 3 matrices, row by row: one product of them says where each output pixel comes from. */
import type { Drawn, Point } from './drawn.ts';
import { boxOf } from './drawn.ts';

export type Matrix = readonly [number, number, number, number, number, number, number, number, number];

const identity: Matrix = [1, 0, 0, 0, 1, 0, 0, 0, 1];

export function multiply(a: Matrix, b: Matrix): Matrix {
  const cell = (row: number, column: number): number =>
    a[row * 3]! * b[column]! + a[row * 3 + 1]! * b[column + 3]! + a[row * 3 + 2]! * b[column + 6]!;
  const line = (row: number): [number, number, number] => [cell(row, 0), cell(row, 1), cell(row, 2)];
  return [...line(0), ...line(1), ...line(2)];
}

export function applyTo(matrix: Matrix, [x, y]: Point): Point {
  const divisor = matrix[6] * x + matrix[7] * y + matrix[8];
  return [(matrix[0] * x + matrix[1] * y + matrix[2]) / divisor, (matrix[3] * x + matrix[4] * y + matrix[5]) / divisor];
}

/**
 * From a place in the crop (pixels, 0 to cropSize; pixel centres are at halves) to the place in the photo it is taken from.
 *
 * Read from the photo: cut and scale, mirror and flip, rotate, shear along x then y, zoom (all about the crop's middle), perspective.
 */
export function cropToPhoto(drawn: Drawn): Matrix {
  const side = drawn.cropSize;
  const box = boxOf(drawn);
  const toPhoto: Matrix = [box.width / side, 0, box.left, 0, box.height / side, box.top, 0, 0, 1];
  const toMiddle: Matrix = [1, 0, -side / 2, 0, 1, -side / 2, 0, 0, 1];
  const fromMiddle: Matrix = [1, 0, side / 2, 0, 1, side / 2, 0, 0, 1];
  const turn: Matrix = [drawn.mirror ? -1 : 1, 0, 0, 0, drawn.flip ? -1 : 1, 0, 0, 0, 1];
  const chain = [
    toPhoto,
    fromMiddle,
    turn,
    unrotate(drawn.rotationDegrees),
    unshear(drawn.shearDegrees),
    [1 / drawn.zoom, 0, 0, 0, 1 / drawn.zoom, 0, 0, 0, 1] as const,
    toMiddle,
    drawn.cornerShifts === null ? identity : cornersMap(drawn.cornerShifts, side),
  ];
  return chain.reduce((product: Matrix, matrix) => multiply(product, matrix), identity);
}

/** The map back from a picture turned clockwise (y goes down); exact at quarter turns. */
function unrotate(degrees: number): Matrix {
  const cosine = cosineOf(degrees);
  const sine = cosineOf(degrees - 90);
  return [cosine, sine, 0, -sine, cosine, 0, 0, 0, 1];
}

function cosineOf(degrees: number): number {
  const turned = Math.abs(degrees) % 360;
  if (turned === 90 || turned === 270) return 0;
  return turned === 180 ? -1 : Math.cos((turned * Math.PI) / 180);
}

/** Back from x' = x + y tan(a), then y' = y + x' tan(b). */
function unshear([across, down]: Point): Matrix {
  const alongX = Math.tan((across * Math.PI) / 180);
  const alongY = Math.tan((down * Math.PI) / 180);
  return multiply([1, -alongX, 0, 0, 1, 0, 0, 0, 1], [1, 0, 0, -alongY, 1, 0, 0, 0, 1]);
}

/** The homography that takes the square's corners to the shifted ones: Heckbert 1989, sec. 2.2.3 (square to quadrilateral). */
function cornersMap(shifts: readonly Point[], side: number): Matrix {
  const [topLeft, topRight, bottomRight, bottomLeft] = shiftedCorners(shifts) as [Point, Point, Point, Point];
  const sumX = topLeft[0] - topRight[0] + bottomRight[0] - bottomLeft[0];
  const sumY = topLeft[1] - topRight[1] + bottomRight[1] - bottomLeft[1];
  const [rightX, rightY] = [topRight[0] - bottomRight[0], topRight[1] - bottomRight[1]];
  const [leftX, leftY] = [bottomLeft[0] - bottomRight[0], bottomLeft[1] - bottomRight[1]];
  const determinant = rightX * leftY - leftX * rightY;
  const g = (sumX * leftY - leftX * sumY) / determinant;
  const h = (rightX * sumY - sumX * rightY) / determinant;
  const unit: Matrix = [
    topRight[0] - topLeft[0] + g * topRight[0],
    bottomLeft[0] - topLeft[0] + h * bottomLeft[0],
    topLeft[0],
    topRight[1] - topLeft[1] + g * topRight[1],
    bottomLeft[1] - topLeft[1] + h * bottomLeft[1],
    topLeft[1],
    g,
    h,
    1,
  ];
  const grow: Matrix = [side, 0, 0, 0, side, 0, 0, 0, 1];
  return multiply(multiply(grow, unit), [1 / side, 0, 0, 0, 1 / side, 0, 0, 0, 1]);
}

const unitCorners: readonly Point[] = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];

/** Corners of the unit square, top left first and clockwise, moved by the shifts. */
export function shiftedCorners(shifts: readonly Point[]): readonly Point[] {
  return unitCorners.map(([x, y], index): Point => [x + shifts[index]![0], y + shifts[index]![1]]);
}
