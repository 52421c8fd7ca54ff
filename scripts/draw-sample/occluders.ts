/** What stands in front of the subject. */
import { type Canvas, line, mix, path, rectangle, verticalGradient, WIDTH_PX } from './canvas.ts';
import { between, num, type Point, wedge } from './geometry.ts';

export type Occluder = 'box' | 'leaves' | 'blanket' | 'curtain' | 'table' | 'grass';

export const occluders = {
  box: drawBox,
  leaves: drawLeaves,
  blanket: drawBlanket,
  curtain: drawCurtain,
  table: drawTable,
  grass: drawGrass,
} as const satisfies Record<Occluder, (canvas: Canvas, foot: Point) => string>;

function drawBox(canvas: Canvas, [x, y]: Point): string {
  const card = verticalGradient(canvas, [
    [0, '#d1a671'],
    [1, '#9c7040'],
  ]);
  return [
    rectangle([x - 124, y - 70], [248, 84], card, 'stroke="#7a5530" stroke-width="2"'),
    path(
      `M${num(x - 124)},${num(y - 70)}l-34,22l8,10l26,-14ZM${num(x + 124)},${num(y - 70)}l34,22l-8,10l-26,-14Z`,
      '#b98a55',
    ),
    rectangle([x - 20, y - 70], [40, 84], '#e0c193', 'opacity="0.7"'),
    line(`M${num(x - 96)},${num(y - 14)}h34M${num(x - 96)},${num(y - 6)}h22`, '#6b4a28', 3),
  ].join('');
}

function drawLeaves(canvas: Canvas, [x, y]: Point): string {
  const { random } = canvas;
  const isLeft = random() < 0.5;
  const root: Point = [isLeft ? x - 150 : x + 150, y + 60];
  const leaves = Array.from({ length: 9 }, (_, index) => {
    const angle = Math.PI * (0.08 + index * 0.055);
    const reach = between(random, 120, 210);
    const tip: Point = [root[0] + (isLeft ? 1 : -1) * Math.cos(angle) * reach, root[1] - Math.sin(angle) * reach];
    return path(
      wedge(root, tip, between(random, 20, 32), between(random, -12, 12)),
      mix('#2f6a3c', '#86b85e', random()),
    );
  });
  return leaves.join('');
}

function drawBlanket(canvas: Canvas, [x, y]: Point): string {
  const wool = ['#b5534f', '#4f7f8a', '#d1b06a', '#e6e0d4'][Math.floor(canvas.random() * 4)] as string;
  const fill = verticalGradient(canvas, [
    [0, mix(wool, '#ffffff', 0.3)],
    [1, mix(wool, '#201418', 0.35)],
  ]);
  const edge = `M-60,430V${num(y + 14)}C${num(x - 260)},${num(y - 10)} ${num(x - 210)},${num(y + 10)} ${num(x - 170)},${num(y - 16)}S${num(x - 110)},${num(y - 62)} ${num(x + 20)},${num(y - 48)}S${num(x + 150)},${num(y - 40)} 540,${num(y + 4)}V430Z`;
  const knit = Array.from(
    { length: 14 },
    (_, index) => `M${num(x - 180 + index * 27)},${num(y - 20)}q10,50 0,120`,
  ).join('');
  return path(edge, fill) + line(knit, mix(wool, '#ffffff', 0.5), 2.5, 'opacity="0.35" stroke-dasharray="5 5"');
}

function drawCurtain(canvas: Canvas, [x]: Point): string {
  const cloth = ['#a9687a', '#6f8f9c', '#cfae68'][Math.floor(canvas.random() * 3)] as string;
  const isLeft = canvas.random() < 0.5;
  const edge = isLeft ? x - 52 : x + 52;
  const outer = isLeft ? -10 : WIDTH_PX + 10;
  const folds = [0.2, 0.45, 0.7, 0.9].map((along) => {
    const at = outer + (edge - outer) * along;
    return `M${num(at)},0q12,180 -4,360`;
  });
  return (
    path(`M${outer},0H${num(edge)}q14,180 -6,360H${outer}Z`, cloth) +
    line(folds.join(''), mix(cloth, '#201018', 0.4), 7, 'opacity="0.35"')
  );
}

function drawTable(canvas: Canvas, [, y]: Point): string {
  const wood = verticalGradient(canvas, [
    [0, '#c89a68'],
    [1, '#8a5f38'],
  ]);
  const top = y - between(canvas.random, 40, 62);
  return (
    rectangle([-10, top], [500, 26], wood) +
    rectangle([-10, top + 26], [500, 8], '#5d3f26') +
    rectangle([30, top + 30], [26, 300], '#8a5f38') +
    rectangle([420, top + 30], [26, 300], '#8a5f38')
  );
}

function drawGrass(canvas: Canvas, [, y]: Point): string {
  const { random } = canvas;
  const blades = Array.from({ length: 110 }, () => {
    const x = WIDTH_PX * random();
    const root = Math.max(y + 20, 330);
    return path(
      wedge([x, root + 40], [x + between(random, -22, 22), root - between(random, 40, 120)], between(random, 5, 9)),
      mix('#3d7434', '#9ac266', random()),
    );
  });
  return blades.join('');
}
