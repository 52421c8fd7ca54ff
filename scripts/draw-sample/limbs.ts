/** Limbs and heads placed on a body. */
import { type Canvas, group, line, mix } from './canvas.ts';
import type { Coat } from './coats.ts';
import { furPart, stripes } from './fur.ts';
import { between, type Mark, num, type Point, tube } from './geometry.ts';
import { drawHead, type HeadMood } from './heads.ts';

export function head(
  canvas: Canvas,
  coat: Coat,
  mood: HeadMood,
  place: { x: number; y: number; tilt: number; scale?: number },
): string {
  const tilt = place.tilt + between(canvas.random, -7, 7);
  return group(
    drawHead(canvas, coat, mood),
    `transform="translate(${num(place.x)},${num(place.y)}) rotate(${num(tilt)}) scale(${place.scale ?? 1})"`,
  );
}

export function tail(canvas: Canvas, coat: Coat, points: readonly Point[]): string {
  const isLong = coat.hairLength > 4;
  const widths = isLong ? [16, 30, 34, 26, 6] : coat.kind === 'dog' ? [17, 15, 12, 5] : [17, 16, 15, 13, 7];
  const rings = points.slice(1).flatMap(([x, y]): Mark[] => [
    [
      [x - 12, y - 4],
      [x + 12, y + 3],
    ],
    [
      [x + 12, y + 9],
      [x - 12, y + 7],
    ],
  ]);
  return furPart(canvas, coat, {
    outline: tube(points, widths),
    isSampled: true,
    markings: stripes(canvas, coat, rings, 8),
    patchCount: 1,
  });
}

export function leg(canvas: Canvas, coat: Coat, points: readonly Point[], isFar = false): string {
  const foot = points.at(-1) as Point;
  const marks = [0.3, 0.55, 0.8].flatMap((along): Mark[] => {
    const y = foot[1] - 55 + 55 * along;
    return [
      [
        [foot[0] - 14, y],
        [foot[0] + 4, y + 3],
      ],
      [
        [foot[0] + 14, y + 5],
        [foot[0] - 4, y + 8],
      ],
    ];
  });
  const limb = furPart(canvas, coat, {
    outline: tube(points, [26, 22, 18, 19]),
    isSampled: true,
    markings: stripes(canvas, coat, marks, 5),
    isFar,
  });
  return limb + paw(canvas, coat, [foot[0] - 3, foot[1] - 5], isFar);
}

export function paw(canvas: Canvas, coat: Coat, [x, y]: Point, isFar = false): string {
  const outline: Point[] = [
    [x - 13, y],
    [x - 7, y - 8],
    [x + 7, y - 8],
    [x + 12, y],
    [x + 8, y + 6],
    [x - 9, y + 6],
  ];
  const base = coat.chest === null ? coat.base : mix(coat.base, coat.chest, 0.55);
  const pad = furPart(
    canvas,
    { ...coat, base, hairLength: Math.min(coat.hairLength, 2), patches: [] },
    { outline, isFar },
  );
  return pad + line(`M${num(x - 4)},${num(y - 1)}v6M${num(x + 3)},${num(y - 1)}v6`, coat.shade, 1.2, 'opacity="0.8"');
}

export function flankMarks(from: number, to: number, top: number, bottom: number): Mark[] {
  const marks: Mark[] = [];
  for (let x = from; x <= to; x += 17) {
    marks.push(
      [
        [x, top],
        [x + 5, bottom],
      ],
      [
        [x + 8, top],
        [x + 10, top + (bottom - top) * 0.6],
      ],
    );
  }
  return marks;
}
