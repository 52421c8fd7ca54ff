/** The weights of one side of an antialiased bicubic resize (a = -0.5, renormalised at the borders), for positions first .. first + count - 1. */
function resizeWeights(inputSize, outputSize, { first, count }) {
  const scale = inputSize / outputSize;
  const stretch = Math.max(scale, 1); // the filter widens as the picture shrinks
  const cubic = (distance) => {
    const x = Math.abs(distance);
    if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
  };
  return Array.from({ length: count }, (_, index) => {
    if (inputSize === outputSize) return { start: first + index, weights: [1] };
    const centre = (first + index + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - 2 * stretch + 0.5));
    const end = Math.min(inputSize, Math.trunc(centre + 2 * stretch + 0.5));
    const raw = Array.from({ length: end - start }, (_, tap) => cubic((start + tap - centre + 0.5) / stretch));
    const sum = raw.reduce((total, weight) => total + weight, 0);
    return { start, weights: raw.map((weight) => weight / sum) };
  });
}

/** Half to even, as the crop's offset is rounded. */
function halfToEven(spare) {
  const half = Math.floor(spare / 2);
  return spare % 2 === 0 ? half : half + (half % 2);
}

/**
 * A picture as the network takes it: short side resized, centre cropped, (value / 255 - mean) / deviation.
 *
 * With `isGrey` the weighted sum of the three planes (ITU-R BT.601), one plane.
 *
 * picture: { width, height, data }, rows of 8-bit RGB or RGBA from the top, upright. `order`: 'NCHW' or 'NHWC'.
 */
export function prepare({ width, height, data }, spec, order) {
  const { resizeShortSide, cropSize, mean, standardDeviation, isGrey } = spec;
  const channels = data.length / (width * height); // 3 or 4
  const shrink = resizeShortSide / Math.min(width, height);
  const scaled = (side) => (side === Math.min(width, height) ? resizeShortSide : Math.floor(side * shrink + 0.5));
  const along = (side) => {
    const first = halfToEven(scaled(side) - cropSize);
    return resizeWeights(side, scaled(side), { first, count: cropSize });
  };
  const columns = along(width);
  const rows = along(height);
  const top = rows[0].start;
  const bottom = rows[cropSize - 1].start + rows[cropSize - 1].weights.length;
  const narrow = new Float32Array((bottom - top) * cropSize * 3); // rows of the picture, already cropSize wide
  for (let y = top; y < bottom; y += 1) {
    for (let x = 0; x < cropSize; x += 1) {
      const { start, weights } = columns[x];
      let [red, green, blue] = [0, 0, 0];
      let at = (y * width + start) * channels;
      for (let tap = 0; tap < weights.length; tap += 1, at += channels) {
        red += weights[tap] * data[at];
        green += weights[tap] * data[at + 1];
        blue += weights[tap] * data[at + 2];
      }
      narrow.set([red, green, blue], ((y - top) * cropSize + x) * 3);
    }
  }
  const input = new Float32Array(3 * cropSize * cropSize);
  const sums = new Float64Array(cropSize * 3);
  for (let y = 0; y < cropSize; y += 1) {
    const { start, weights } = rows[y];
    sums.fill(0);
    for (let tap = 0; tap < weights.length; tap += 1) {
      const from = (start - top + tap) * cropSize * 3;
      for (let at = 0; at < sums.length; at += 1) sums[at] += weights[tap] * narrow[from + at];
    }
    for (let at = 0; at < sums.length; at += 1) {
      const channel = at % 3;
      const x = (at - channel) / 3;
      const value = (Math.min(255, Math.max(0, sums[at])) / 255 - mean[channel]) / standardDeviation[channel];
      input[order === 'NCHW' ? (channel * cropSize + y) * cropSize + x : (y * cropSize + x) * 3 + channel] = value;
    }
  }
  return isGrey ? toGrey(input, order) : input;
}

function toGrey(input, order) {
  const places = input.length / 3;
  const [next, step] = order === 'NCHW' ? [places, 1] : [1, 3];
  return Float32Array.from({ length: places }, (_, at) => {
    const red = at * step;
    return 0.299 * input[red] + 0.587 * input[red + next] + 0.114 * input[red + 2 * next];
  });
}

export { decodeInBrowser } from './decode-in-browser.mjs';
