/** A rectangle drawn over the grid of photos: which tiles it touches. Pixels of the grid's whole content, also what is scrolled away. */
export type Point = { readonly x: number; readonly y: number };
export type Band = { readonly from: Point; readonly to: Point };

export type TilePlan = {
  readonly columns: number;
  readonly sidePixels: number;
  readonly gapPixels: number;
  readonly paddingPixels: number;
  readonly count: number;
};

export function boxOf({ from, to }: Band): { left: number; top: number; width: number; height: number } {
  return {
    left: Math.min(from.x, to.x),
    top: Math.min(from.y, to.y),
    width: Math.abs(from.x - to.x),
    height: Math.abs(from.y - to.y),
  };
}

/** Places of the tiles that the band touches, rising. */
export function tilesInBand(band: Band, { columns, count, ...plan }: TilePlan): readonly number[] {
  const { left, top, width, height } = boxOf(band);
  const [firstColumn, lastColumn] = touched(left, left + width, plan);
  const [firstRow, lastRow] = touched(top, top + height, plan);
  const places: number[] = [];
  for (let row = Math.max(0, firstRow); row <= Math.min(lastRow, Math.ceil(count / columns) - 1); row += 1) {
    for (let column = Math.max(0, firstColumn); column <= Math.min(lastColumn, columns - 1); column += 1) {
      const place = row * columns + column;
      if (place < count) places.push(place);
    }
  }
  return places;
}

/** The first and the last row or column whose tiles lie between two coordinates; first > last: none. */
function touched(
  from: number,
  to: number,
  { sidePixels, gapPixels, paddingPixels }: Pick<TilePlan, 'sidePixels' | 'gapPixels' | 'paddingPixels'>,
): readonly [number, number] {
  const step = sidePixels + gapPixels;
  const first = Math.floor((from - paddingPixels + gapPixels) / step); // a tile ends where its gap begins
  return [first, Math.floor((to - paddingPixels) / step)];
}
