/** What is neither cat: cushions, plants, a bird, slippers and wool. All stand on y = 0. */
import { type Canvas, ellipse, group, line, mix, path, verticalGradient } from './canvas.ts';
import { coats } from './coats.ts';
import { furPart } from './fur.ts';
import { at, between, corners, num, type Point, polygon, spline, wedge } from './geometry.ts';

export type Thing =
  | 'orangeCushion'
  | 'stripedCushion'
  | 'greyCushion'
  | 'plant'
  | 'cactus'
  | 'bird'
  | 'slipper'
  | 'wool'
  | 'teddy';

export const things = {
  orangeCushion: (canvas) => cushion(canvas, '#e07f2c', null),
  stripedCushion: (canvas) => cushion(canvas, '#e3a058', '#a85a20'),
  greyCushion: (canvas) => cushion(canvas, '#8797a8', null),
  plant: (canvas) => plant(canvas, false),
  cactus: (canvas) => plant(canvas, true),
  bird: drawBird,
  slipper: drawSlippers,
  wool: drawWool,
  teddy: drawTeddy,
} as const satisfies Record<Thing, (canvas: Canvas) => string>;

function cushion(canvas: Canvas, colour: string, stripe: string | null): string {
  const outline = spline(
    corners('-92,0 -84,-70 -96,-140 -40,-132 0,-134 40,-132 96,-140 84,-70 92,0 40,-7 -40,-7'),
    true,
  );
  const fill = verticalGradient(canvas, [
    [0, mix(colour, '#ffffff', 0.3)],
    [0.5, colour],
    [1, mix(colour, '#301a10', 0.45)],
  ]);
  const bands = [-66, -38, -10, 18, 46, 74].map((x) => wedge([x, -136], [x * 1.05, 2], 13, 10)).join('');
  const weave = Array.from(
    { length: 170 },
    () => `M${at([between(canvas.random, -88, 88), between(canvas.random, -132, -4)])}l4,1`,
  ).join('');
  const folds = 'M-86,-132Q-50,-110 -34,-84M86,-132Q52,-112 36,-86M-84,-8Q-54,-30 -40,-46M84,-8Q56,-28 42,-44';
  return [
    path(polygon(outline), fill),
    stripe === null ? '' : path(bands, stripe, 'opacity="0.75"'),
    line(weave, mix(colour, '#ffffff', 0.5), 1, 'opacity="0.35"'),
    line(folds, mix(colour, '#301a10', 0.6), 2.5, 'opacity="0.5"'),
    ellipse([0, -68], [6, 5], mix(colour, '#301a10', 0.4)),
    line(polygon(outline), mix(colour, '#301a10', 0.5), 2.5),
  ].join('');
}

function plant(canvas: Canvas, isCactus: boolean): string {
  const { random } = canvas;
  const pot = verticalGradient(canvas, [
    [0, '#d98d63'],
    [1, '#8f4b2c'],
  ]);
  const vase =
    path('M-40,-62L40,-62L30,0L-30,0Z', pot) +
    path('M-45,-72H45V-58H-45Z', '#c57a52') +
    ellipse([0, -71], [42, 6], '#4b3324');
  if (isCactus) {
    const stem = verticalGradient(canvas, [
      [0, '#7fae5e'],
      [1, '#3e6b3a'],
    ]);
    const body = `<rect x="-24" y="-190" width="48" height="122" rx="24" fill="${stem}"/>`;
    const arms = line('M-20,-120H-48V-150M20,-104H46V-140', '#5d8f4b', 20);
    const thorns = Array.from(
      { length: 60 },
      () => `M${at([between(random, -20, 20), between(random, -180, -76)])}l3,-4`,
    ).join('');
    return body + arms + line(thorns, '#f2efd0', 1.2) + vase;
  }
  const leaves = Array.from({ length: 17 }, (_, index) => {
    const angle = Math.PI * (0.06 + (index / 16) * 0.88);
    const reach = between(random, 90, 140);
    const tip: Point = [Math.cos(angle) * reach, -72 - Math.sin(angle) * reach];
    const tone = mix('#3f7a45', '#8cbf63', random());
    return (
      path(wedge([0, -70], tip, between(random, 18, 30), between(random, -14, 14)), tone) +
      line(`M0,-70L${at(tip)}`, '#2f5c36', 1, 'opacity="0.4"')
    );
  });
  return leaves.join('') + vase;
}

function drawBird(canvas: Canvas): string {
  const body = verticalGradient(canvas, [
    [0, '#7fa7cf'],
    [0.5, '#5d83ad'],
    [0.55, '#f0d27a'],
    [1, '#d9a94e'],
  ]);
  const wing = verticalGradient(canvas, [
    [0, '#4b6f9a'],
    [1, '#2d4669'],
  ]);
  const feathers = [0, 1, 2, 3]
    .map((index) => `M${num(10 + index * 10)},${num(-66 + index * 5)}q20,10 42,${num(18 - index * 2)}`)
    .join('');
  return [
    line('M-8,-22L-12,0M10,-22L10,0M-20,0H-4M2,0H18', '#7c5a3a', 3.5),
    path('M44,-54L116,-30L108,-48L50,-76Z', '#3b5a82'),
    path(
      'M-62,-92C-64,-124 -20,-130 -6,-104C40,-104 62,-66 54,-48C44,-18 -10,-10 -34,-32C-50,-46 -52,-70 -62,-92Z',
      body,
    ),
    path('M-8,-86C30,-94 66,-62 74,-40C40,-28 0,-44 -8,-86Z', wing),
    line(feathers, '#a9c4de', 1.6, 'opacity="0.7"'),
    path('M-62,-96L-84,-88L-60,-82Z', '#e0a23c'),
    ellipse([-42, -98], [6, 6], '#14100f') + ellipse([-44, -100], [2, 2], '#ffffff'),
  ].join('');
}

function drawSlippers(canvas: Canvas): string {
  const felt = verticalGradient(canvas, [
    [0, '#a9b4c1'],
    [0.6, '#7f8c9c'],
    [1, '#566170'],
  ]);
  const one = [
    path('M-96,-6C-104,-40 -60,-58 -10,-52C40,-66 88,-60 98,-34C104,-12 96,0 80,0H-80Z', felt),
    path('M6,-50C30,-64 88,-62 94,-40C70,-30 30,-34 6,-50Z', '#3c434f'),
    path('M-98,-4Q0,6 100,-4L98,6Q0,14 -96,6Z', '#4a3f3a'),
    line('M6,-50C30,-34 70,-30 94,-40', '#f3f1ec', 7),
    ellipse([-50, -42], [13, 12], '#f3f1ec'),
  ].join('');
  const hair = Array.from(
    { length: 120 },
    () =>
      `M${at([between(canvas.random, -86, 86), between(canvas.random, -34, -4)])}l${at([between(canvas.random, -3, 3), 6])}`,
  );
  const fuzzy = one + line(hair.join(''), '#c9d1da', 1, 'opacity="0.5"');
  return group(fuzzy, 'transform="translate(22,-22) rotate(-9) scale(0.9)"') + fuzzy;
}

function drawWool(canvas: Canvas): string {
  const ball = verticalGradient(canvas, [
    [0, '#f2a65a'],
    [0.6, '#dd7a2d'],
    [1, '#96490f'],
  ]);
  const threads = Array.from({ length: 26 }, (_, index) => {
    const turn = between(canvas.random, 0, 180);
    const flat = between(canvas.random, 8, 56);
    return `<ellipse cx="0" cy="-62" rx="58" ry="${num(flat)}" transform="rotate(${num(turn)} 0 -62)" fill="none" stroke="${index % 2 === 0 ? '#f9c68d' : '#a9540f'}" stroke-width="1.8" opacity="0.65"/>`;
  });
  return (
    line('M40,-14C90,10 120,-30 150,-6S190,4 200,-8', '#dd7a2d', 4) +
    ellipse([0, -62], [62, 62], ball) +
    threads.join('')
  );
}

function drawTeddy(canvas: Canvas): string {
  const coat = {
    ...coats.brownTabby,
    base: '#b98a5a',
    shade: '#7d5833',
    light: '#dfb98a',
    stripe: null,
    hairLength: 2.4,
  };
  const part = (centre: Point, radii: Point) => {
    const outline = Array.from({ length: 10 }, (_, index): Point => {
      const angle = (index / 10) * 2 * Math.PI;
      return [centre[0] + radii[0] * Math.cos(angle), centre[1] + radii[1] * Math.sin(angle)];
    });
    return furPart(canvas, coat, { outline });
  };
  const body = [
    part([0, -56], [50, 54]),
    part([-48, -18], [22, 22]),
    part([48, -18], [22, 22]),
    part([-52, -76], [18, 28]),
    part([52, -76], [18, 28]),
  ];
  const face = [part([-36, -176], [18, 18]), part([36, -176], [18, 18]), part([0, -140], [46, 42])];
  const features = [
    ellipse([0, -126], [20, 15], '#e8cda4'),
    ellipse([0, -134], [7, 5], '#2a1d16'),
    ellipse([-17, -150], [4.5, 4.5], '#2a1d16') + ellipse([17, -150], [4.5, 4.5], '#2a1d16'),
    line('M0,-129v6q-7,6 -12,2M0,-123q7,6 12,2', '#2a1d16', 2),
    path('M-4,-100L-30,-112V-88ZM4,-100L30,-112V-88Z', '#b5413f') + ellipse([0, -100], [6, 6], '#8f2f30'),
  ];
  return [...body, ...face, ...features].join('');
}
