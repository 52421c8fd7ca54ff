/** One furry part of a body: shaded, marked, hair by hair. */
import { blurFilter, type Canvas, clip, ellipse, group, line, mix, path, verticalGradient } from './canvas.ts';
import type { Coat } from './coats.ts';
import { at, between, boundsOf, type Mark, type Point, polygon, spline, tufted, wedge } from './geometry.ts';

export type FurPart = {
  readonly outline: readonly Point[]; // corners of a closed smooth curve
  readonly isSampled?: boolean; // the outline is a curve already, as from tube()
  readonly markings?: string; // drawn inside the outline only
  readonly patchCount?: number; // at most; drawn when the coat has patches
  readonly isFar?: boolean; // on the side away from the viewer: darker
};

const HAIRS_PER_AREA = 0.028; // per square unit of the bounding box

export function furPart(canvas: Canvas, coat: Coat, part: FurPart): string {
  const outline = part.isSampled ? part.outline : spline(part.outline, true);
  const pathText = coat.hairLength > 1 ? tufted(outline, coat.hairLength, canvas.random) : polygon(outline);
  const base = part.isFar ? mix(coat.base, coat.shade, 0.65) : coat.base;
  const fill = verticalGradient(canvas, [
    [0, mix(base, coat.light, part.isFar ? 0.1 : 0.55)],
    [0.45, base],
    [1, mix(base, coat.shade, 0.75)],
  ]);
  const inside = [
    patches(canvas, coat, outline, part.patchCount ?? 0),
    part.markings ?? '',
    hairs(canvas, coat, outline),
    shading(canvas, coat, outline),
  ].join('');
  const rim = line(pathText, mix(coat.shade, '#000000', 0.25), 0.9, 'opacity="0.55"');
  return path(pathText, fill) + group(inside, `clip-path="${clip(canvas, pathText)}"`) + rim;
}

function patches(canvas: Canvas, coat: Coat, outline: readonly Point[], count: number): string {
  const box = boundsOf(outline);
  return coat.patches
    .slice(0, count)
    .map((colour) => {
      const centre: Point = [
        box.x + box.width * between(canvas.random, 0.05, 0.95),
        box.y + box.height * between(canvas.random, 0, 0.7),
      ];
      const radius = Math.min(box.width, box.height) * between(canvas.random, 0.2, 0.36);
      const corners = Array.from({ length: 7 }, (_, index): Point => {
        const reach = radius * between(canvas.random, 0.75, 1.25);
        const angle = (index / 7) * 2 * Math.PI;
        return [centre[0] + reach * Math.cos(angle), centre[1] + reach * Math.sin(angle)];
      });
      return path(tufted(spline(corners, true), 2, canvas.random), colour);
    })
    .join('');
}

/** Short strokes that fall outwards and down, light ones above and dark ones below. */
function hairs(canvas: Canvas, coat: Coat, outline: readonly Point[]): string {
  const { random } = canvas;
  const box = boundsOf(outline);
  const length = 5 + coat.hairLength * 1.1;
  const strokes = { light: '', dark: '' };
  const count = Math.min(Math.round(box.width * box.height * HAIRS_PER_AREA), 420);
  for (let index = 0; index < count; index += 1) {
    const [u, v] = [random(), random()];
    const start: Point = [box.x + box.width * u, box.y + box.height * v];
    const fall: Point = [length * (u - 0.5 + between(random, -0.3, 0.3)), length * between(random, 0.5, 1.1)];
    const tone = random() < 0.75 - 0.55 * v ? 'light' : 'dark';
    strokes[tone] += `M${at(start)}l${at(fall)}`;
  }
  return line(strokes.dark, coat.shade, 0.9, 'opacity="0.38"') + line(strokes.light, coat.light, 0.9, 'opacity="0.45"');
}

/** A soft shadow along the lower edge and a glow on the upper left. */
function shading(canvas: Canvas, coat: Coat, outline: readonly Point[]): string {
  const box = boundsOf(outline);
  const soft = `filter="${blurFilter(canvas, Math.max(2, Math.min(box.width, box.height) * 0.09))}"`;
  const middle = box.x + box.width / 2;
  const under = ellipse(
    [middle + box.width * 0.12, box.y + box.height * 1.02],
    [box.width * 0.6, box.height * 0.22],
    mix(coat.shade, '#1a1020', 0.4),
    `opacity="0.4" ${soft}`,
  );
  const glow = ellipse(
    [middle - box.width * 0.2, box.y + box.height * 0.14],
    [box.width * 0.28, box.height * 0.14],
    coat.light,
    `opacity="0.4" ${soft}`,
  );
  return under + glow;
}

/** Tabby stripes from one edge inwards: one wedge for each pair of points, slightly irregular. */
export function stripes(canvas: Canvas, coat: Coat, marks: readonly Mark[], width: number): string {
  if (coat.stripe === null) return '';
  const { random } = canvas;
  const wobble = () => between(random, -2.5, 2.5);
  const bands = marks.map(([from, to]) =>
    wedge(
      [from[0] + wobble(), from[1] + wobble()],
      [to[0] + wobble(), to[1] + wobble()],
      width * between(random, 0.75, 1.25),
      between(random, -4, 4),
    ),
  );
  return path(bands.join(''), coat.stripe, 'opacity="0.82"');
}

/** A tuft of lighter hair: the chest of a sitting cat. */
export function chestPatch(canvas: Canvas, coat: Coat, corners: readonly Point[]): string {
  if (coat.chest === null) return '';
  const outline = tufted(spline(corners, true), 2 + coat.hairLength, canvas.random);
  const locks = corners.map(([x, y]) => `M${at([x * 0.6, y])}q${at([0, 6])} ${at([x * 0.05, 13])}`).join('');
  return path(outline, coat.chest) + line(locks, mix(coat.chest, coat.base, 0.45), 1, 'opacity="0.7"');
}
