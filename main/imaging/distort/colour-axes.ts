/** Covariance of RGB and its principal axes, for PCA colour on the user's own photos. */
import type { ColourAxes } from '../../../shared/contract/augmenting.ts';
import type { Triple } from './drawn.ts';

const SWEEPS = 50;
const PIXELS_PER_PHOTO = 4096; // evenly spread over the photo

/** Running sums of photos: every photo counts the same, whatever its size. Plain data; can be sent between threads and added up. */
export type ColourSums = {
  photos: number;
  readonly sums: [number, number, number]; // of the photos' mean colours, 1 is the whole range
  readonly products: number[]; // of red and red, red and green, ...; 3 x 3, row by row
};

export function emptyColourSums(): ColourSums {
  return { photos: 0, sums: [0, 0, 0], products: Array.from({ length: 9 }, () => 0) };
}

/** Adds a photo's pixels, 8-bit interleaved RGB; of a large photo about 4,096 evenly spread ones. */
export function addToColourSums(total: ColourSums, pixels: Uint8Array): void {
  const count = Math.floor(pixels.length / 3);
  if (count === 0) return;
  const step = Math.max(1, Math.floor(count / PIXELS_PER_PHOTO));
  const used = Math.ceil(count / step);
  for (let pixel = 0; pixel < count; pixel += step) {
    for (let row = 0; row < 3; row += 1) {
      const value = pixels[pixel * 3 + row]! / 255;
      total.sums[row]! += value / used;
      for (let column = 0; column < 3; column += 1)
        total.products[row * 3 + column]! += (value * pixels[pixel * 3 + column]!) / 255 / used;
    }
  }
  total.photos += 1;
}

/** Mean, eigenvalues (largest first) and unit axes (rows; the largest component is positive) of what was added. */
export function colourAxesOf({ photos, sums, products }: ColourSums): ColourAxes {
  if (photos === 0) throw new RangeError('Colour axes need at least one photo');
  const mean = sums.map((sum) => sum / photos) as [number, number, number];
  const covariance = products.map((product, at) => product / photos - mean[Math.floor(at / 3)]! * mean[at % 3]!);
  const { values, vectors } = symmetricEigen(covariance);
  const order = [0, 1, 2].sort((a, b) => values[b]! - values[a]!);
  return {
    source: 'training-photos',
    photos,
    mean,
    eigenvalues: order.map((at) => Math.max(0, values[at]!)) as [number, number, number],
    axes: order.map((at) => pointingUp(vectors[at]!)),
  };
}

/** Axes of the photos' pixels in one go. */
export function colourAxes(images: Iterable<{ readonly pixels: Uint8Array }>): ColourAxes {
  const total = emptyColourSums();
  for (const image of images) addToColourSums(total, image.pixels);
  return colourAxesOf(total);
}

function pointingUp(vector: Triple): [number, number, number] {
  const largest = vector.reduce((most, cell) => (Math.abs(cell) > Math.abs(most) ? cell : most), 0);
  const sign = largest < 0 ? -1 : 1;
  return [vector[0] * sign, vector[1] * sign, vector[2] * sign];
}

/** Cyclic Jacobi rotations of a symmetric 3 x 3 matrix, row by row (Golub and Van Loan, sec. 8.5); vectors of unit length. */
function symmetricEigen(matrix: readonly number[]): { readonly values: readonly number[]; readonly vectors: Triple[] } {
  const a = [...matrix];
  const v = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const rest = Math.abs(a[1]!) + Math.abs(a[2]!) + Math.abs(a[5]!);
    if (rest <= 1e-18 * (Math.abs(a[0]!) + Math.abs(a[4]!) + Math.abs(a[8]!))) break;
    for (const [p, q] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const)
      rotate(a, v, [p, q]);
  }
  const column = (at: number): Triple => [v[at]!, v[3 + at]!, v[6 + at]!];
  return { values: [a[0]!, a[4]!, a[8]!], vectors: [column(0), column(1), column(2)] };
}

/** One rotation that makes a[p][q] zero. */
function rotate(a: number[], v: number[], [p, q]: readonly [number, number]): void {
  const off = a[p * 3 + q]!;
  if (off === 0) return;
  const theta = (a[q * 4]! - a[p * 4]!) / (2 * off);
  const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cosine = 1 / Math.sqrt(tangent * tangent + 1);
  const sine = tangent * cosine;
  for (let k = 0; k < 3; k += 1) mix(a, [k * 3 + p, k * 3 + q], [cosine, sine]);
  for (let k = 0; k < 3; k += 1) mix(a, [p * 3 + k, q * 3 + k], [cosine, sine]);
  for (let k = 0; k < 3; k += 1) mix(v, [k * 3 + p, k * 3 + q], [cosine, sine]);
}

function mix(cells: number[], [p, q]: readonly [number, number], [cosine, sine]: readonly [number, number]): void {
  const atP = cells[p]!;
  const atQ = cells[q]!;
  cells[p] = cosine * atP - sine * atQ;
  cells[q] = sine * atP + cosine * atQ;
}
