/** Heads seen from the front, centred at 0,0, about 90 units wide. */
import { type Canvas, ellipse, group, line, mix, path, roundGradient } from './canvas.ts';
import type { Coat } from './coats.ts';
import { furPart, stripes } from './fur.ts';
import { between, corners, type Mark, mirrored, num, type Point, pairs, wedge } from './geometry.ts';

export type HeadMood = {
  readonly isAsleep?: boolean;
  readonly isFromBehind?: boolean;
  readonly pupil?: number; // 0 a slit in bright light, 1 round in the dark
};

const CAT_SKULL = mirrored(corners('0,-37 22,-34 39,-16 46,8 37,26 18,36 0,38'));
const DOG_SKULL = mirrored(corners('0,-40 20,-37 34,-20 37,4 31,28 19,42 0,46'));

export function drawHead(canvas: Canvas, coat: Coat, mood: HeadMood): string {
  return coat.kind === 'cat' ? catHead(canvas, coat, mood) : dogHead(canvas, coat, mood);
}

function catHead(canvas: Canvas, coat: Coat, mood: HeadMood): string {
  const isLong = coat.hairLength > 4;
  const ruff = CAT_SKULL.map(([x, y]): Point => [x * (y > 0 ? 1.1 : 1), y * (y > 0 ? 1.04 : 1)]);
  const skull = furPart(canvas, coat, {
    outline: isLong ? ruff : CAT_SKULL,
    markings: foreheadMarks(canvas, coat),
    patchCount: 2,
  });
  const ears = catEar(canvas, coat, -1, mood) + catEar(canvas, coat, 1, mood);
  if (mood.isFromBehind) return ears + skull;
  return ears + skull + catMuzzle(coat) + eyes(canvas, coat, mood) + whiskers(canvas, coat);
}

function catEar(canvas: Canvas, coat: Coat, side: -1 | 1, mood: HeadMood): string {
  const outer: Point[] = corners('-43,-2 -45,-32 -39,-60 -35,-62 -20,-50 -4,-32 -14,-10');
  const ear = furPart(canvas, { ...coat, hairLength: Math.min(coat.hairLength, 3) }, { outline: outer, patchCount: 1 });
  const inner = path(
    'M-38,-20Q-41,-44 -36,-53Q-24,-46 -14,-32Q-26,-26 -38,-20Z',
    mix(coat.nose, coat.base, 0.35),
    'opacity="0.85"',
  );
  const tuft = [0, 1, 2, 3].map((index) => wedge([-18 - index * 4, -28], [-30 - index * 2, -44 - index], 4)).join('');
  const hair = path(tuft, mix(coat.light, '#ffffff', 0.3), 'opacity="0.8"');
  return group(ear + (mood.isFromBehind ? '' : inner + hair), `transform="scale(${-side},1)"`);
}

function foreheadMarks(canvas: Canvas, coat: Coat): string {
  const marks: Mark[] = pairs('-14,-42 -11,-17; 0,-42 0,-20; 14,-42 11,-17; -26,-38 -21,-15; 26,-38 21,-15');
  for (const side of [-1, 1]) {
    marks.push(
      [
        [50 * side, -2],
        [29 * side, 3],
      ],
      [
        [50 * side, 10],
        [28 * side, 11],
      ],
      [
        [46 * side, 22],
        [26 * side, 19],
      ],
    );
  }
  return stripes(canvas, coat, marks, 6.5);
}

function catMuzzle(coat: Coat): string {
  const outline = mix(coat.shade, '#20141a', 0.5);
  return [
    ellipse([0, 29], [11, 8], coat.muzzle),
    ellipse([-10, 19], [13, 10], coat.muzzle),
    ellipse([10, 19], [13, 10], coat.muzzle),
    path('M-6.5,9.5Q0,7 6.5,9.5Q5,15 0,17Q-5,15 -6.5,9.5Z', coat.nose, `stroke="${outline}" stroke-width="0.8"`),
    path('M-4,10.3Q-1,9 2,10Q0,11.4 -4,10.3Z', '#ffffff', 'opacity="0.4"'),
    line('M0,17V21Q-1,26 -9,25M0,21Q1,26 9,25', outline, 1.5),
    [-1, 1]
      .map((side) =>
        [0, 1, 2].map((dot) => ellipse([side * (9 + dot * 4), 18 + (dot % 2) * 4], [0.8, 0.8], outline)).join(''),
      )
      .join(''),
  ].join('');
}

function eyes(canvas: Canvas, coat: Coat, mood: HeadMood): string {
  const rim = mix(coat.shade, '#120c10', 0.7);
  const sides = [-1, 1] as const;
  const spread = coat.kind === 'cat' ? 19 : 15;
  if (mood.isAsleep) return sides.map((side) => line(`M${side * spread - 10},-3q10,9 20,0`, rim, 2.6)).join('');
  return sides
    .map((side) =>
      group(
        openEye(canvas, coat, { side, pupil: mood.pupil ?? 0.4, rim }),
        `transform="translate(${side * spread},-2)"`,
      ),
    )
    .join('');
}

/** One eye at 0,0; its outer corner lies a little higher than the inner one. */
function openEye(canvas: Canvas, coat: Coat, look: { side: -1 | 1; pupil: number; rim: string }): string {
  const isCat = coat.kind === 'cat';
  const iris = roundGradient(canvas, [0, 1], 10.5, [
    [0, mix(coat.eye, '#ffffff', 0.5)],
    [0.6, coat.eye],
    [1, mix(coat.eye, '#1c1408', 0.5)],
  ]);
  const cat = `M-11.5,${look.side * 1.6}C-7,-12.5 6,-12.5 11.5,${-look.side * 1.6}C7,10.5 -6,10.5 -11.5,${look.side * 1.6}Z`;
  const shape = isCat ? cat : 'M-8,0C-8,-10.5 8,-10.5 8,0C8,9.5 -8,9.5 -8,0Z';
  return [
    line(shape, mix(coat.light, '#ffffff', 0.4), isCat ? 5 : 2.5, 'opacity="0.5"'),
    path(shape, iris, `stroke="${look.rim}" stroke-width="2"`),
    ellipse([0, -0.6], isCat ? [1.8 + 4 * look.pupil, 7.4] : [5, 5.4], '#14100f'),
    ellipse([-2.8, -3.8], [2.5, 2.5], '#ffffff', 'opacity="0.95"'),
    ellipse([2.6, 3.4], [1.2, 1.2], '#ffffff', 'opacity="0.6"'),
  ].join('');
}

function whiskers(canvas: Canvas, coat: Coat): string {
  const isPale = coat.muzzle > '#9';
  const strokes = [-1, 1].flatMap((side) =>
    [-7, 0, 7].map((drop) => {
      const reach = side * between(canvas.random, 34, 44);
      return `M${num(side * 14)},${num(19 + drop * 0.3)}q${num(reach * 0.5)},${num(drop * 0.4 - 3)} ${num(reach)},${num(drop + 2)}`;
    }),
  );
  return line(strokes.join(''), isPale ? '#ffffff' : '#c9c9d2', 1, 'opacity="0.85"');
}

function dogHead(canvas: Canvas, coat: Coat, mood: HeadMood): string {
  const ears = [-1, 1].map((side) => dogEar(canvas, coat, side)).join('');
  const skull = furPart(canvas, coat, { outline: DOG_SKULL, patchCount: 2 });
  const snout = furPart(
    canvas,
    { ...coat, base: coat.muzzle, light: mix(coat.muzzle, '#ffffff', 0.5), hairLength: 1.2 },
    {
      outline: mirrored(corners('0,2 12,6 23,24 22,40 10,48 0,49')),
    },
  );
  if (mood.isFromBehind) return skull + ears;
  const dark = mix(coat.nose, '#000000', 0.3);
  const face = [
    path('M-7,40Q0,66 8,40Z', '#e27f86', `stroke="#b9525c" stroke-width="1"`),
    path('M-11,13Q0,7 11,13Q11,22 0,26Q-11,22 -11,13Z', coat.nose),
    path('M-6,14Q0,10 6,14Q1,17 -6,14Z', '#ffffff', 'opacity="0.35"'),
    line('M0,26V34Q-4,42 -17,38M0,34Q4,42 17,38', dark, 2),
    line('M-21,-17q6,-5 11,-1M21,-17q-6,-5 -11,-1', coat.shade, 2.4, 'opacity="0.7"'),
  ];
  return skull + ears + snout + face.join('') + eyes(canvas, coat, { ...mood, pupil: 1 });
}

function dogEar(canvas: Canvas, coat: Coat, side: number): string {
  const colour = { ...coat, base: coat.patches[0] ?? mix(coat.base, coat.shade, 0.6), patches: [] };
  const outline: Point[] = corners('18,-36 38,-36 54,-10 57,22 46,36 35,22 32,-6');
  return group(furPart(canvas, colour, { outline }), `transform="scale(${side},1)"`);
}
