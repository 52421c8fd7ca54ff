/** Whole animals, paws on y = 0, facing the viewer or to the left, about 200 units in their longer direction. */
import { type Canvas, ellipse, mix } from './canvas.ts';
import type { Coat } from './coats.ts';
import { chestPatch, furPart, stripes } from './fur.ts';
import { between, corners, type Mark, mirrored, type Point, pairs } from './geometry.ts';
import type { HeadMood } from './heads.ts';
import { flankMarks, head, leg, paw, tail } from './limbs.ts';

export type Pose = 'sitting' | 'lying' | 'walking' | 'curled' | 'face' | 'behind' | 'stretched';

type Drawer = (canvas: Canvas, coat: Coat, mood: HeadMood) => string;

export const poses = {
  sitting: drawSitting,
  lying: drawLying,
  walking: drawWalking,
  curled: drawCurled,
  face: drawFace,
  behind: drawBehind,
  stretched: drawStretched,
} as const satisfies Record<Pose, Drawer>;

const SEATED_BODY = mirrored(corners('0,-132 24,-122 40,-84 56,-40 56,-10 36,0 0,1'));

function drawSitting(canvas: Canvas, coat: Coat, mood: HeadMood): string {
  const sides = [-100, -84, -68, -52, -36, -20].flatMap((y): Mark[] => [
    [
      [-64, y - 4],
      [-22, y + 4],
    ],
    [
      [64, y - 4],
      [22, y + 4],
    ],
  ]);
  const body = furPart(canvas, coat, {
    outline: SEATED_BODY,
    markings: stripes(canvas, coat, sides, 8.5),
    patchCount: 4,
  });
  const haunches = [-1, 1].map((side) => {
    const marks: Mark[] = [
      [
        [side * 62, -38],
        [side * 36, -32],
      ],
      [
        [side * 64, -24],
        [side * 38, -20],
      ],
    ];
    const outline: Point[] = [
      [side * 30, -40],
      [side * 54, -36],
      [side * 62, -14],
      [side * 50, 0],
      [side * 28, 0],
      [side * 22, -20],
    ];
    return furPart(canvas, coat, { outline, markings: stripes(canvas, coat, marks, 7) });
  });
  const chest = chestPatch(canvas, coat, mirrored(corners('0,-122 20,-112 22,-84 10,-58 0,-50')));
  const legs = [-15, 15].map((x) =>
    leg(canvas, coat, [
      [x * 1.1, -78],
      [x, -40],
      [x, -3],
    ]),
  );
  const sway = between(canvas.random, -14, 14);
  const curl = tail(canvas, coat, [
    [40, -14],
    [78, -10],
    [92 + sway, -38],
    [80 + sway, -72],
    [96 + sway, -98],
  ]);
  return curl + body + haunches.join('') + legs.join('') + chest + head(canvas, coat, mood, { x: 0, y: -146, tilt: 0 });
}

function drawBehind(canvas: Canvas, coat: Coat): string {
  const back = [-112, -96, -80, -64, -48, -32, -16].flatMap((y): Mark[] => [
    [
      [-2, y],
      [-44, y + 12],
    ],
    [
      [2, y],
      [44, y + 12],
    ],
  ]);
  const body = furPart(canvas, coat, { outline: SEATED_BODY, markings: stripes(canvas, coat, back, 9), patchCount: 4 });
  const curl = tail(canvas, coat, corners('20,-8 62,-6 96,-12 112,-30 104,-46'));
  return head(canvas, coat, { isFromBehind: true }, { x: 2, y: -148, tilt: 6 }) + body + curl;
}

function drawLying(canvas: Canvas, coat: Coat, mood: HeadMood): string {
  const body = furPart(canvas, coat, {
    outline: corners('-84,-34 -74,-66 -34,-82 16,-86 62,-76 90,-44 88,-10 56,1 -10,2 -64,0'),
    markings: stripes(canvas, coat, flankMarks(-44, 70, -92, -36), 9),
    patchCount: 5,
  });
  const haunch = furPart(canvas, coat, {
    outline: corners('36,-58 66,-62 88,-40 86,-8 60,1 26,1 18,-20 24,-44'),
    markings: stripes(canvas, coat, pairs('88,-52 56,-40; 92,-36 56,-26; 90,-20 54,-12'), 8),
    patchCount: 1,
  });
  const chest = chestPatch(canvas, coat, corners('-84,-66 -52,-60 -48,-34 -66,-10 -86,-26'));
  const legs = [
    leg(canvas, coat, corners('-40,-16 -74,-10 -108,-7'), true),
    leg(canvas, coat, corners('-26,-12 -62,-8 -92,-3')),
  ];
  const curl = tail(canvas, coat, corners('84,-18 112,-8 86,2 40,0 8,-4'));
  return (
    legs[0] +
    body +
    haunch +
    chest +
    curl +
    legs[1] +
    head(canvas, coat, mood, { x: -70, y: -92, tilt: -3, scale: 0.95 })
  );
}

function drawWalking(canvas: Canvas, coat: Coat, mood: HeadMood): string {
  const stride = between(canvas.random, 8, 20);
  const far = [
    leg(
      canvas,
      coat,
      [
        [-52, -62],
        [-50 + stride * 0.4, -32],
        [-44 + stride, -3],
      ],
      true,
    ),
    leg(
      canvas,
      coat,
      [
        [60, -62],
        [70 - stride * 0.4, -34],
        [62 - stride, -3],
      ],
      true,
    ),
  ];
  const near = [
    leg(canvas, coat, [
      [-56, -62],
      [-60 - stride * 0.4, -32],
      [-64 - stride, -3],
    ]),
    leg(canvas, coat, [
      [62, -66],
      [78, -36],
      [70 + stride, -3],
    ]),
  ];
  const body = furPart(canvas, coat, {
    outline: corners('-84,-88 -62,-112 -20,-110 30,-112 72,-112 88,-88 80,-58 40,-48 -30,-46 -70,-54'),
    markings: stripes(canvas, coat, flankMarks(-52, 78, -118, -68), 9),
    patchCount: 5,
  });
  const chest = chestPatch(canvas, coat, corners('-90,-100 -66,-92 -60,-66 -74,-52 -88,-68'));
  const lift = between(canvas.random, -10, 16);
  const curl = tail(canvas, coat, [
    [76, -98],
    [104, -118],
    [108, -150],
    [100, -176 - lift],
    [116, -194 - lift],
  ]);
  return (
    far.join('') +
    curl +
    body +
    near.join('') +
    chest +
    head(canvas, coat, mood, { x: -88, y: -122, tilt: -4, scale: 0.88 })
  );
}

function drawCurled(canvas: Canvas, coat: Coat): string {
  const round = Array.from({ length: 11 }, (_, index): readonly [Point, Point] => {
    const angle = Math.PI * (0.98 + index * 0.104);
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    return [
      [92 * cos, -46 + 60 * sin],
      [50 * cos, -42 + 26 * sin],
    ];
  });
  const body = furPart(canvas, coat, {
    outline: corners('-88,-40 -70,-80 -20,-98 36,-94 80,-68 92,-32 70,-4 10,2 -54,0 -82,-14'),
    markings: stripes(canvas, coat, round, 10),
    patchCount: 5,
  });
  const curl = tail(canvas, coat, corners('88,-30 74,-6 30,-2 -16,-4 -44,-18'));
  const face = head(canvas, coat, { isAsleep: true }, { x: -44, y: -42, tilt: -24, scale: 0.86 });
  return body + face + curl + paw(canvas, coat, [-70, -6]);
}

function drawStretched(canvas: Canvas, coat: Coat, mood: HeadMood): string {
  const body = furPart(canvas, coat, {
    outline: corners('-74,-20 -66,-46 -20,-56 40,-60 92,-52 112,-26 100,-2 40,2 -60,2'),
    markings: stripes(canvas, coat, flankMarks(-44, 94, -66, -20), 9),
    patchCount: 5,
  });
  const belly = chestPatch(canvas, coat, corners('-78,-34 -50,-30 -20,-14 10,-4 -40,-1 -74,-6'));
  const legs = [
    leg(canvas, coat, corners('-50,-22 -92,-16 -128,-8')),
    leg(canvas, coat, corners('-44,-8 -80,-4 -114,-1')),
    leg(canvas, coat, corners('78,-20 112,-10 140,-3')),
  ];
  const curl = tail(canvas, coat, corners('104,-36 136,-44 160,-30 172,-50'));
  return curl + body + belly + legs.join('') + head(canvas, coat, mood, { x: -78, y: -58, tilt: -14, scale: 0.92 });
}

function drawFace(canvas: Canvas, coat: Coat, mood: HeadMood): string {
  const shoulders = furPart(canvas, coat, {
    outline: mirrored(corners('0,-70 44,-62 76,-24 92,30 60,50 0,54')),
    markings: stripes(canvas, coat, pairs('-90,-20 -50,-8; -96,4 -52,12; 90,-20 50,-8; 96,4 52,12'), 11),
    patchCount: 3,
  });
  const chest = chestPatch(canvas, coat, mirrored(corners('0,-66 36,-52 44,-6 26,44 0,54')));
  const shade = ellipse([0, -52], [46, 20], mix(coat.shade, '#000000', 0.3), 'opacity="0.25"');
  return shoulders + chest + shade + head(canvas, coat, mood, { x: 0, y: -92, tilt: 0, scale: 1.55 });
}
