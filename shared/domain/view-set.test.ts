import { describe, expect, it } from 'vitest';
import { cropStart, OwnViews, ViewSet, viewOfId, viewSetText, viewsOf } from './view-set.ts';

const texts = [
  'centre',
  'mirror',
  'ten-crop',
  'grid:1x1',
  'grid:3x2',
  'grid:4x4@100,125+mirror',
  'grid:2x2@115',
  'positions:1',
  'positions:16@88,100,140',
  'positions:128+mirror',
] as const;

describe('the text of a view set', () => {
  it.each(texts)('%s is one; its crops have names of their own, which files can have', (text) => {
    const views = viewsOf(ViewSet.parse(text));
    expect(new Set(views.map(({ id }) => id)).size).toBe(views.length);
    for (const view of views) {
      expect(view.id).toMatch(/^[a-z0-9][a-z0-9.-]{0,31}$/);
      expect(viewOfId(view.id)).toEqual(view);
    }
  });

  it.each([
    'corner',
    'grid:0x3',
    'grid:17x1',
    'grid:03x3',
    'grid:3x3@100', // has a shorter text
    'grid:3x3@125,100',
    'grid:3x3@100,100',
    'grid:3x3@49',
    'grid:3x3@401',
    'grid:16x16+mirror', // 512 crops
    'positions:0',
    'positions:129+mirror',
    'positions:4 ',
    'grid:3x3@100,125,150,175,200,225,250,275,300',
  ])('%s is none', (text) => {
    expect(ViewSet.safeParse(text).success).toBe(false);
  });

  it('is made from a set as data, which has a version', () => {
    const views = OwnViews.parse({ kind: 'grid', columns: 3, rows: 2, scalesPercent: [100, 150], mirror: true });
    expect(views.version).toBe(1);
    expect(viewSetText(views)).toBe('grid:3x2@100,150+mirror');
    expect(viewSetText(OwnViews.parse({ kind: 'positions', positions: 9, scalesPercent: [100], mirror: false }))).toBe(
      'positions:9',
    );
  });
});

describe('the places of a view set', () => {
  const room = { across: 117, down: 32 }; // pixels by which the photo is larger than the crop
  const startsOf = (text: ViewSet) =>
    viewsOf(text).map(({ across, down }) => [cropStart(across, room.across), cropStart(down, room.down)]);

  it('of a grid go evenly from edge to edge, row by row', () => {
    expect(startsOf('grid:4x3')).toEqual([0, 16, 32].flatMap((down) => [0, 39, 78, 117].map((left) => [left, down])));
  });

  it('of a single column are in the middle, as the centre crop, half pixels going to the even one', () => {
    expect(startsOf('grid:1x1')).toEqual([[58, 16]]); // 58.5
    expect(viewsOf('grid:1x1')).toEqual(viewsOf('centre'));
    expect(cropStart(5000, 5)).toBe(2); // 2.5
    expect(cropStart(5000, 7)).toBe(4); // 3.5
  });

  it('of a 3 x 3 grid share names with the ten crops, so that what was computed for those is found again', () => {
    const names = viewsOf('grid:3x3+mirror').map(({ id }) => id);
    for (const { id } of viewsOf('ten-crop')) expect(names).toContain(id);
    expect(viewsOf('grid:3x3@125').some(({ id }) => id === 'centre')).toBe(false);
  });

  it('of fewer positions are the first of more, and the very first is the centre', () => {
    expect(viewsOf('positions:32@100,125').slice(0, 10)).toEqual(viewsOf('positions:5@100,125'));
    expect(viewsOf('positions:32')[0]).toEqual(viewsOf('centre')[0]);
  });

  it.each([16, 64, 256])(
    'of %i positions leave no large hole: every point has one within 1.35 sides of its share',
    (count) => {
      const places = viewsOf(ViewSet.parse(`positions:${count}`));
      let farthest = 0;
      for (let x = 0; x <= 10_000; x += 500)
        for (let y = 0; y <= 10_000; y += 500)
          farthest = Math.max(
            farthest,
            Math.min(...places.map(({ across, down }) => Math.hypot(across - x, down - y))),
          );
      expect(farthest).toBeLessThan((1.35 * 10_000) / Math.sqrt(count));
    },
  );

  it('of the sequence are steps of 1 / g and 1 / g^2, g^3 = g + 1, from the middle', () => {
    let g = 1.3;
    for (let step = 0; step < 50; step += 1) g -= (g ** 3 - g - 1) / (3 * g * g - 1); // Newton
    viewsOf('positions:200').forEach(({ across, down }, at) => {
      expect(Math.abs(across - 10_000 * ((0.5 + at / g) % 1))).toBeLessThan(0.51);
      expect(Math.abs(down - 10_000 * ((0.5 + at / g ** 2) % 1))).toBeLessThan(0.51);
    });
  });

  it('are looked at in every scale, each with its mirror image', () => {
    expect(viewsOf('grid:1x2@100,150+mirror').map(({ id }) => id)).toEqual([
      's100-x5000-y0',
      's100-x5000-y0.mirror',
      's150-x5000-y0',
      's150-x5000-y0.mirror',
      's100-x5000-y10000',
      's100-x5000-y10000.mirror',
      's150-x5000-y10000',
      's150-x5000-y10000.mirror',
    ]);
  });
});
