import { type Random, seededRandom } from '../../../shared/math/random.ts';
import type { DrawnWarp } from './drawn.ts';
import { kernels, type Place, put, reserve } from './kernels.ts';
import { tabledNormals } from './normals.ts';

/** How far each pixel of the crop looks aside; [side, side] float32, row by row, in pixels; none looks farther than `farthest`. */
export type Displacement = { readonly across: Place; readonly down: Place; readonly farthest: number };

const KERNEL_DEVIATIONS = 3;
const LATTICE_SHARE = 0.5; // lattice spacing of the elastic field in sigmas; the field has no detail that a finer one would show

/**
 * A random field, the same for the same seed.
 *
 * elastic: white noise smoothed by a Gaussian of `smoothness` (share of the side), scaled to the deviation (Simard et al. 2003,
 * doi:10.1109/ICDAR.2003.1227801), computed on a lattice of half a sigma. grid: independent knots `smoothness` apart. Between
 * lattice points both are cubic (Catmull-Rom).
 */
export function layOutDisplacement(warp: DrawnWarp, side: number): Displacement {
  const random = seededRandom(warp.seed);
  const sigmaPixels = warp.smoothness * side;
  const spacing = Math.max(1, warp.kind === 'elastic' ? sigmaPixels * LATTICE_SHARE : sigmaPixels);
  const points = Math.ceil(side / spacing) + 4; // one before the first pixel, two after the last
  const scale = warp.deviation * side;
  const lattice = (): Float32Array =>
    warp.kind === 'elastic' ? smoothNoise(points, sigmaPixels / spacing, random) : whiteNoise(points, random);
  const lattices = [lattice(), lattice()] as const;
  const [across, down] = lattices.map((values) => spread(values, { points, side, spacing, scale })) as [Place, Place];
  const farthest = Math.max(kernels().farthest(across, side * side), kernels().farthest(down, side * side));
  return { across, down, farthest };
}

function whiteNoise(points: number, random: Random): Float32Array {
  const normal = tabledNormals(random);
  const noise = new Float32Array(points * points);
  for (let at = 0; at < noise.length; at += 1) noise[at] = normal();
  return noise;
}

/** Unit variance everywhere, the margin included: the noise reaches beyond the lattice as far as the kernel does. */
function smoothNoise(points: number, sigma: number, random: Random): Float32Array {
  const radius = Math.max(1, Math.ceil(KERNEL_DEVIATIONS * sigma));
  const kernel = Float64Array.from({ length: 2 * radius + 1 }, (_, tap) =>
    Math.exp(-0.5 * ((tap - radius) / sigma) ** 2),
  );
  const norm = Math.sqrt(kernel.reduce((sum, weight) => sum + weight * weight, 0));
  const wide = points + 2 * radius;
  const noise = whiteNoise(wide, random);
  const narrowed = new Float32Array(wide * points);
  for (let row = 0; row < wide; row += 1) {
    for (let column = 0; column < points; column += 1) {
      let sum = 0;
      for (let tap = 0; tap < kernel.length; tap += 1) sum += kernel[tap]! * noise[row * wide + column + tap]!;
      narrowed[row * points + column] = sum / norm;
    }
  }
  const field = new Float32Array(points * points);
  for (let row = 0; row < points; row += 1) {
    for (let column = 0; column < points; column += 1) {
      let sum = 0;
      for (let tap = 0; tap < kernel.length; tap += 1) sum += kernel[tap]! * narrowed[(row + tap) * points + column]!;
      field[row * points + column] = sum / norm;
    }
  }
  return field;
}

type Spread = { readonly points: number; readonly side: number; readonly spacing: number; readonly scale: number };

/** The lattice as a smooth field over pixels: separable Catmull-Rom, which passes through the lattice points. */
function spread(lattice: Float32Array, { points, side, spacing, scale }: Spread): Place {
  const starts = new Int32Array(side);
  const weights = new Float32Array(side * 4);
  for (let pixel = 0; pixel < side; pixel += 1) {
    const place = (pixel + 0.5) / spacing + 1;
    starts[pixel] = Math.floor(place) - 1;
    weights.set(catmullRom(place - Math.floor(place)), pixel * 4);
  }
  const rows = new Float32Array(points * side);
  for (let row = 0; row < points; row += 1) {
    for (let pixel = 0; pixel < side; pixel += 1) {
      const at = row * points + starts[pixel]!;
      const tap = pixel * 4;
      rows[row * side + pixel] =
        scale *
        (weights[tap]! * lattice[at]! +
          weights[tap + 1]! * lattice[at + 1]! +
          weights[tap + 2]! * lattice[at + 2]! +
          weights[tap + 3]! * lattice[at + 3]!);
    }
  }
  const output = reserve(side * side * 4);
  kernels().spread(put(rows), put(starts), put(weights), side, output);
  return output;
}

function catmullRom(t: number): readonly [number, number, number, number] {
  const t2 = t * t;
  const t3 = t2 * t;
  return [(-t3 + 2 * t2 - t) / 2, (3 * t3 - 5 * t2 + 2) / 2, (-3 * t3 + 4 * t2 + t) / 2, (t3 - t2) / 2];
}
