/** What several places share: walls, pictures on them, cloth and floor. */
import { type Canvas, HEIGHT_PX, line, mix, path, rectangle, verticalGradient, WIDTH_PX } from './canvas.ts';
import { at, between, num, type Point } from './geometry.ts';

export function pick(canvas: Canvas, colours: readonly string[]): string {
  return colours[Math.floor(canvas.random() * colours.length)] as string;
}

export function repeat(count: number, make: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => make(index)).join('');
}

export function wall(canvas: Canvas, colour: string): string {
  const fill = verticalGradient(canvas, [
    [0, mix(colour, '#ffffff', 0.25)],
    [1, mix(colour, '#403028', 0.12)],
  ]);
  const paper = repeat(13, (index) => `M${index * 40 + 12},0V${HEIGHT_PX}`);
  return rectangle([0, 0], [WIDTH_PX, HEIGHT_PX], fill) + line(paper, mix(colour, '#ffffff', 0.4), 5, 'opacity="0.22"');
}

export function frame(canvas: Canvas, [x, y]: Point): string {
  const sky = verticalGradient(canvas, [
    [0, '#b7d3e2'],
    [1, '#f2e3c4'],
  ]);
  const hill = pick(canvas, ['#6f9a76', '#8d86a8', '#c48a5a']);
  return [
    rectangle([x, y], [86, 64], '#7a5a3e', 'rx="2"'),
    rectangle([x + 6, y + 6], [74, 52], sky),
    path(`M${x + 6},${y + 58}V${y + 42}Q${x + 30},${y + 22} ${x + 50},${y + 40}T${x + 80},${y + 36}V${y + 58}Z`, hill),
  ].join('');
}

export function fabric(canvas: Canvas, corner: Point, size: Point, colour: string): string {
  const threads = repeat(150, () => {
    const start: Point = [corner[0] + size[0] * canvas.random(), corner[1] + size[1] * canvas.random()];
    return `M${at(start)}h${num(between(canvas.random, 3, 9))}`;
  });
  return line(threads, colour, 1, 'opacity="0.3"');
}

export function floorBoards(canvas: Canvas, top: number): string {
  const wood = pick(canvas, ['#b98a5c', '#a87748', '#c9a379']);
  const fill = verticalGradient(canvas, [
    [0, mix(wood, '#302010', 0.2)],
    [1, mix(wood, '#ffffff', 0.12)],
  ]);
  const seams = repeat(6, (index) => `M0,${num(top + 14 + index * index * 6)}H480`);
  const grain = repeat(
    70,
    () =>
      `M${at([480 * canvas.random(), between(canvas.random, top, 360)])}q12,-2 ${num(between(canvas.random, 18, 44))},0`,
  );
  return (
    rectangle([0, top], [WIDTH_PX, 360 - top], fill) +
    line(seams, mix(wood, '#302010', 0.5), 1.5, 'opacity="0.6"') +
    line(grain, mix(wood, '#302010', 0.4), 1, 'opacity="0.4"')
  );
}
