/** Grad-CAM: which places of a stage's output speak for a class. Selvaraju et al. 2017, arXiv:1610.02391. */

export type MapShape = readonly [channels: number, height: number, width: number];

/**
 * Heat [height, width] from 0 to 1 (all 0 where nothing speaks for the class).
 *
 * `features` and `gradient` are [C, H, W]: the stage's output of one photo, and how the class's logit changes with it.
 */
export function gradCam(features: Float32Array, gradient: Float32Array, [channels, height, width]: MapShape) {
  const area = height * width;
  const heat = new Float32Array(area);
  for (let channel = 0; channel < channels; channel += 1) {
    const start = channel * area;
    let weight = 0;
    for (let at = start; at < start + area; at += 1) weight += gradient[at]!;
    weight /= area;
    for (let place = 0; place < area; place += 1) heat[place]! += weight * features[start + place]!;
  }
  const hottest = heat.reduce((most, value) => Math.max(most, value), 0);
  return heat.map((value) => (hottest > 0 ? Math.max(0, value) / hottest : 0));
}

/** Bilinear, by the centres of the cells as half-pixel resizing has it; [toSide, toSide]. */
export function enlarge(heat: Float32Array, [height, width]: readonly [number, number], toSide: number): Float32Array {
  const large = new Float32Array(toSide * toSide);
  const columns = cellsAlong(toSide, width);
  for (const [y, { low, high, share }] of cellsAlong(toSide, height).entries()) {
    for (const [x, column] of columns.entries()) {
      const along = (row: number): number =>
        heat[row * width + column.low]! * (1 - column.share) + heat[row * width + column.high]! * column.share;
      large[y * toSide + x] = along(low) * (1 - share) + along(high) * share;
    }
  }
  return large;
}

function cellsAlong(length: number, cells: number) {
  return Array.from({ length }, (_, at) => {
    const place = Math.min(cells - 1, Math.max(0, ((at + 0.5) * cells) / length - 0.5));
    const low = Math.floor(place);
    return { low, high: Math.min(cells - 1, low + 1), share: place - low };
  });
}
