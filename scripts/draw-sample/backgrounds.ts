/** Places, 480 x 360, each with the height of the ground on which the subject stands. */
import { type Canvas, ellipse, group, line, mix, path, rectangle, verticalGradient, WIDTH_PX } from './canvas.ts';
import { at, between, corners, num, type Point, polygon, spline, wedge } from './geometry.ts';
import { fabric, floorBoards, frame, pick, repeat, wall } from './room-parts.ts';

export type Place = 'sofa' | 'garden' | 'rug' | 'window' | 'kitchen' | 'bed';

export type Background = { readonly svg: string; readonly groundY: number };

export const backgrounds = {
  sofa: drawSofa,
  garden: drawGarden,
  rug: drawRug,
  window: drawWindow,
  kitchen: drawKitchen,
  bed: drawBed,
} as const satisfies Record<Place, (canvas: Canvas) => Background>;

function drawSofa(canvas: Canvas): Background {
  const colour = pick(canvas, ['#5f8a83', '#8a6a78', '#6b7f9c', '#b59a6c', '#7d8a58']);
  const back = verticalGradient(canvas, [
    [0, mix(colour, '#ffffff', 0.18)],
    [1, mix(colour, '#201828', 0.25)],
  ]);
  const seat = verticalGradient(canvas, [
    [0, mix(colour, '#ffffff', 0.32)],
    [1, mix(colour, '#201828', 0.1)],
  ]);
  const extra = pick(canvas, ['#d8c7a0', '#c46a5a', '#8fb0a8', '#d9a441']);
  const side = canvas.random() < 0.5 ? 56 : 376;
  const svg = [
    wall(canvas, pick(canvas, ['#e7dcc8', '#d6dedb', '#e3d0c4', '#cfd3de'])),
    frame(canvas, [between(canvas.random, 40, 350), 18]),
    rectangle([-20, 120], [260, 160], back, 'rx="26"') + rectangle([240, 120], [260, 160], back, 'rx="26"'),
    group(
      rectangle([-42, -40], [84, 78], extra, 'rx="14"') +
        line('M-34,-30L34,30M34,-30L-34,30', mix(extra, '#302018', 0.3), 2, 'opacity="0.4"'),
      `transform="translate(${side},216) rotate(${num(between(canvas.random, -16, 16))})"`,
    ),
    rectangle([-20, 248], [520, 86], seat, 'rx="20"'),
    line('M240,250V332', mix(colour, '#201828', 0.5), 2.5, 'opacity="0.6"'),
    fabric(canvas, [0, 130], [480, 200], mix(colour, '#ffffff', 0.55)),
    rectangle([-20, 328], [520, 40], mix(colour, '#201828', 0.45)),
  ].join('');
  return { svg, groundY: 296 };
}

function drawGarden(canvas: Canvas): Background {
  const { random } = canvas;
  const sky = verticalGradient(canvas, [
    [0, '#8fc3e8'],
    [1, '#e6f2ee'],
  ]);
  const lawn = verticalGradient(canvas, [
    [0, '#9ac266'],
    [1, '#4f8a3f'],
  ]);
  const hedge = repeat(26, (index) =>
    ellipse(
      [index * 20 - 10, between(random, 118, 150)],
      [between(random, 24, 42), between(random, 30, 54)],
      mix('#3f6f44', '#7fae62', random()),
    ),
  );
  const blades = repeat(260, () => {
    const [x, y] = [WIDTH_PX * random(), between(random, 190, 360)];
    return wedge([x, y], [x + between(random, -5, 5), y - between(random, 7, 8 + (y - 180) * 0.1)], 2.4);
  });
  const flowers = repeat(16, () => {
    const [x, y] = [WIDTH_PX * random(), between(random, 186, 350)];
    return (
      ellipse([x, y], [3.6, 3.6], pick(canvas, ['#f4e06a', '#f2f2f2', '#e58fb0', '#b99ae0'])) +
      ellipse([x, y], [1.3, 1.3], '#d88a2a')
    );
  });
  const fence =
    canvas.random() < 0.5
      ? repeat(13, (index) => rectangle([index * 40, 92], [26, 84], '#d9c7a8', 'rx="4"')) +
        rectangle([0, 116], [480, 9], '#c4ad88')
      : '';
  const svg = [
    rectangle([0, 0], [WIDTH_PX, 200], sky),
    ellipse([between(random, 60, 420), 40], [54, 15], '#ffffff', 'opacity="0.8"'),
    rectangle([0, 140], [WIDTH_PX, 40], '#4f7f4c'),
    hedge,
    fence,
    rectangle([0, 172], [WIDTH_PX, 200], lawn),
    path(blades, '#3d7434', 'opacity="0.6"'),
    flowers,
  ].join('');
  return { svg, groundY: 300 };
}

function drawRug(canvas: Canvas): Background {
  const colour = pick(canvas, ['#a8433f', '#3f6a86', '#c9a24b', '#6d5a86', '#dcd2c0']);
  const ring = (scale: number, fill: string) => ellipse([240, 292], [226 * scale, 66 * scale], fill);
  const fringe = repeat(60, (index) => {
    const angle = (index / 60) * 2 * Math.PI;
    return `M${at([240 + 222 * Math.cos(angle), 292 + 64 * Math.sin(angle)])}L${at([240 + 236 * Math.cos(angle), 294 + 71 * Math.sin(angle)])}`;
  });
  const svg = [
    wall(canvas, pick(canvas, ['#dcd6c6', '#c9d6d2', '#e4cfc0'])),
    frame(canvas, [between(canvas.random, 30, 160), 30]) + frame(canvas, [between(canvas.random, 240, 370), 46]),
    floorBoards(canvas, 190),
    rectangle([0, 178], [WIDTH_PX, 14], '#f3eee4'),
    line(fringe, mix(colour, '#ffffff', 0.6), 2.5),
    ring(1, colour) +
      ring(0.84, mix(colour, '#ffffff', 0.4)) +
      ring(0.76, colour) +
      ring(0.48, mix(colour, '#f4e6c0', 0.5)) +
      ring(0.4, mix(colour, '#201010', 0.15)),
    fabric(canvas, [60, 240], [360, 100], '#ffffff'),
  ].join('');
  return { svg, groundY: 302 };
}

function drawWindow(canvas: Canvas): Background {
  const { random } = canvas;
  const sky = verticalGradient(canvas, [
    [0, '#9cc8e6'],
    [0.7, '#e9f2ee'],
    [1, '#f6e7c8'],
  ]);
  const curtain = pick(canvas, ['#c9788a', '#7f9fae', '#d8b56a', '#8aa07a']);
  const fold = (x: number, bend: number) =>
    path(
      `M${x},0C${x + bend},120 ${x - bend},200 ${x + bend * 0.4},292H${x + 58}C${x + 40},200 ${x + 70},120 ${x + 62},0Z`,
      curtain,
    ) +
    line(
      `M${x + 20},0Q${x + 30},150 ${x + 18},290M${x + 42},0Q${x + 34},150 ${x + 44},290`,
      mix(curtain, '#201018', 0.35),
      3,
      'opacity="0.5"',
    );
  const trees = repeat(9, (index) =>
    ellipse(
      [index * 60, between(random, 196, 232)],
      [44, between(random, 32, 64)],
      mix('#6f9a6a', '#a9c59a', random()),
    ),
  );
  const svg = [
    wall(canvas, '#e3ddd2'),
    rectangle([40, 14], [400, 278], '#f7f4ee'),
    rectangle([54, 28], [372, 258], sky),
    group(trees, `clip-path="inset(0)" opacity="0.85"`),
    rectangle([234, 20], [12, 270], '#f7f4ee') + rectangle([48, 118], [384, 9], '#f7f4ee'),
    rectangle([426, 0], [60, 300], '#e3ddd2') + rectangle([-6, 0], [46, 300], '#e3ddd2'),
    fold(-6, 18) + fold(424, -14),
    rectangle([0, 284], [WIDTH_PX, 34], '#f1ebe0') + rectangle([0, 314], [WIDTH_PX, 50], '#b9ad9a'),
    line('M0,286H480', '#ffffff', 3, 'opacity="0.8"'),
  ].join('');
  return { svg, groundY: 302 };
}

function drawKitchen(canvas: Canvas): Background {
  const [light, dark] = pick(canvas, [
    '#e9e6de #8fa3a8',
    '#f1ece0 #c08a6a',
    '#e4e8ea #55606c',
    '#efe9d8 #a8b58c',
  ]).split(' ') as [string, string];
  const cupboard = pick(canvas, ['#7fa09a', '#d9cdb8', '#9a6f4c', '#8796ad']);
  const rows = [206, 232, 266, 310, 368];
  const tiles = rows.slice(0, -1).map((top, row) => {
    const [bottom, spread] = [rows[row + 1] as number, (y: number) => 0.55 + (y - 206) / 250];
    return repeat(12, (index) => {
      const [left, right] = [(index - 6) * 84, (index - 5) * 84];
      const corners: Point[] = [
        [240 + left * spread(top), top],
        [240 + right * spread(top), top],
        [240 + right * spread(bottom), bottom],
        [240 + left * spread(bottom), bottom],
      ];
      return path(
        polygon(corners),
        (index + row) % 2 === 0 ? light : dark,
        `stroke="#8a857c" stroke-width="1" opacity="0.95"`,
      );
    });
  });
  const doors = repeat(
    4,
    (index) =>
      rectangle(
        [index * 122 - 4, 34],
        [114, 164],
        mix(cupboard, '#ffffff', 0.12),
        `rx="5" stroke="${mix(cupboard, '#201818', 0.4)}" stroke-width="2"`,
      ) +
      rectangle([index * 122 + 10, 50], [86, 132], cupboard, 'rx="3"') +
      ellipse([index * 122 + 100, 110], [4, 4], '#e8d9a8'),
  );
  const bowl =
    path('M0,0H56L48,20H8Z', pick(canvas, ['#c4524a', '#3f7fa8', '#d9a441'])) + ellipse([28, 0], [28, 6], '#6a4a34');
  const svg = [
    rectangle([0, 0], [WIDTH_PX, 210], mix(cupboard, '#201818', 0.3)),
    rectangle([0, 14], [WIDTH_PX, 16], '#efe8da'),
    doors,
    rectangle([0, 196], [WIDTH_PX, 14], '#3a3432'),
    tiles.flat().join(''),
    group(bowl, `transform="translate(${num(between(canvas.random, 10, 400))},226)"`),
  ].join('');
  return { svg, groundY: 306 };
}

function drawBed(canvas: Canvas): Background {
  const colour = pick(canvas, ['#cfd8e4', '#e6c9b8', '#b9c9a8', '#d9cfe6', '#9fb2c4']);
  const cover = verticalGradient(canvas, [
    [0, mix(colour, '#ffffff', 0.45)],
    [1, mix(colour, '#403850', 0.25)],
  ]);
  const folds = repeat(12, () => {
    const [x, y] = [480 * canvas.random(), between(canvas.random, 210, 350)];
    return `M${at([x, y])}q${num(between(canvas.random, 30, 60))},${num(between(canvas.random, -22, -8))} ${num(between(canvas.random, 80, 130))},6`;
  });
  const checks =
    repeat(9, (index) => `M${index * 66 - 40},196L${index * 80 - 80},360`) +
    repeat(4, (index) => `M0,${214 + index * 38}H480`);
  const pillow = spline(corners('-90,10 -80,-50 0,-58 84,-50 92,8 0,20'), true);
  const pillows = [110, 350].map((x) =>
    group(
      path(polygon(pillow), '#f7f4ef') + line('M-60,-30q50,20 120,-4M-50,0q40,-12 90,6', '#b9b4c0', 2, 'opacity="0.5"'),
      `transform="translate(${x},176)"`,
    ),
  );
  const svg = [
    wall(canvas, pick(canvas, ['#d9d3de', '#d3dcd6', '#e6dac8'])),
    rectangle([10, 66], [460, 130], '#8a6242', 'rx="14"') + rectangle([24, 80], [432, 112], '#a57a54', 'rx="8"'),
    pillows.join(''),
    rectangle([0, 190], [WIDTH_PX, 180], cover),
    line(checks, mix(colour, '#5a6a8a', 0.55), 7, 'opacity="0.25"'),
    line(folds, mix(colour, '#403850', 0.5), 3, 'opacity="0.4"') +
      line(folds, '#ffffff', 2, 'opacity="0.5" transform="translate(0,3)"'),
  ].join('');
  return { svg, groundY: 300 };
}
