/** Photos with a part blurred, for asking whether an answer hangs on that part. */

const DEVIATIONS = 2.5; // of the bell, on each side

/** Each channel of [C, side, side] convolved with a Gaussian of `sigma` pixels, the border repeated. */
export function blurred(photo: Float32Array, side: number, sigma: number): Float32Array {
  const bell = gaussian(sigma);
  return smoothRows(smoothRows(photo, side, bell), side, bell);
}

function gaussian(sigma: number): Float32Array {
  const reach = Math.ceil(DEVIATIONS * sigma);
  const bell = Float32Array.from({ length: 2 * reach + 1 }, (_, at) =>
    Math.exp(-((at - reach) ** 2) / (2 * sigma ** 2)),
  );
  const sum = bell.reduce((total, value) => total + value, 0);
  return bell.map((value) => value / sum);
}

/** Along the rows, each plane transposed meanwhile: twice gives both directions. */
function smoothRows(planes: Float32Array, side: number, bell: Float32Array): Float32Array {
  const output = new Float32Array(planes.length);
  const reach = (bell.length - 1) / 2;
  const line = new Float32Array(side + 2 * reach);
  for (let start = 0; start < planes.length; start += side) {
    const row = planes.subarray(start, start + side);
    line.fill(row[0]!, 0, reach).fill(row[side - 1]!, reach + side);
    line.set(row, reach);
    const plane = Math.floor(start / (side * side)) * side * side;
    const y = (start - plane) / side;
    for (let x = 0; x < side; x += 1) {
      let sum = 0;
      for (let at = 0; at < bell.length; at += 1) sum += bell[at]! * line[x + at]!;
      output[plane + x * side + y] = sum;
    }
  }
  return output;
}

/** `inside` where the mask [side, side] is 1, `outside` where it is 0, for each channel. */
export function joined(inside: Float32Array, outside: Float32Array, mask: Float32Array): Float32Array {
  return inside.map((value, at) => {
    const share = mask[at % mask.length]!;
    return share * value + (1 - share) * outside[at]!;
  });
}

/** 1 where the heat is at least half of the hottest, with an edge as soft as the blur; and the share of the area. */
export function hotMask(heat: Float32Array, side: number, sigma: number) {
  const hard = heat.map((value) => (value >= HOT ? 1 : 0));
  const share = hard.reduce((sum, value) => sum + value, 0) / hard.length;
  return { mask: blurred(hard, side, sigma), share };
}

const HOT = 0.5;
