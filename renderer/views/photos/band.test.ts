import { describe, expect, it } from 'vitest';
import { boxOf, tilesInBand } from './band.ts';

// three columns of 100 with gaps of 4 and 12 around: tiles begin at 12, 116, 220; eight tiles in three rows
const plan = { columns: 3, sidePixels: 100, gapPixels: 4, paddingPixels: 12, count: 8 };
const band = (x0: number, y0: number, x1: number, y1: number) => ({ from: { x: x0, y: y0 }, to: { x: x1, y: y1 } });

describe('a band over the grid', () => {
  it('takes the tiles that it touches, whichever way it was drawn', () => {
    expect(tilesInBand(band(0, 0, 130, 130), plan)).toEqual([0, 1, 3, 4]);
    expect(tilesInBand(band(130, 130, 0, 0), plan)).toEqual([0, 1, 3, 4]);
    expect(boxOf(band(130, 10, 0, 130))).toEqual({ left: 0, top: 10, width: 130, height: 120 });
  });

  it('takes none where it lies in the margin or in a gap', () => {
    expect(tilesInBand(band(0, 0, 11, 300), plan)).toEqual([]);
    expect(tilesInBand(band(113, 20, 115, 90), plan)).toEqual([]);
  });

  it('takes no tile that is not there: right of the last column, below the last photo', () => {
    expect(tilesInBand(band(300, 0, 900, 60), plan)).toEqual([2]);
    expect(tilesInBand(band(0, 230, 900, 900), plan)).toEqual([6, 7]);
  });

  it('agrees with each tile asked by itself', () => {
    const one = band(50, 70, 230, 225);
    const asked = Array.from({ length: plan.count }, (_, at) => at).filter((at) => {
      const [x, y] = [12 + (at % 3) * 104, 12 + Math.floor(at / 3) * 104];
      return x < 230 && x + 100 > 50 && y < 225 && y + 100 > 70;
    });
    expect(tilesInBand(one, plan)).toEqual(asked);
  });
});
