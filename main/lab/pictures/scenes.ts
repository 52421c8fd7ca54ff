/** A shape with a texture, somewhere on another texture behind a bar and noise: ten classes, colour, 32 x 32. */
import { normal, type Random } from '../../../shared/math/random.ts';

export const SCENE_SIDE = 32; // pixels

const shapes = ['disc', 'square', 'triangle', 'star', 'ring'] as const;
const textures = ['stripes', 'checks'] as const;
export const sceneClasses = shapes.flatMap((shape) => textures.map((texture) => `${shape} ${texture}`));

type Colour = readonly [red: number, green: number, blue: number]; // 0 to 1
type Field = (x: number, y: number) => Colour;
type Texture = (typeof textures)[number] | 'dots' | 'waves';

/** One picture of `sceneClasses[index]`, [32, 32, 3] bytes; all of it from `random`. */
export function drawScene(index: number, random: Random): Uint8Array {
  const shape = shapes[Math.floor(index / textures.length)]!;
  const inside = placed(shape, random);
  const front = drawTexture(textures[index % textures.length]!, random);
  const back = drawTexture(random() < 0.5 ? 'dots' : 'waves', random, BACK_CONTRAST);
  const bars = [drawBar(random)];
  const noise = 0.02 + 0.06 * random();
  const picture = new Uint8Array(SCENE_SIDE ** 2 * 3);
  for (let at = 0; at < SCENE_SIDE ** 2; at += 1) {
    const [x, y] = [(at % SCENE_SIDE) + 0.5, Math.floor(at / SCENE_SIDE) + 0.5];
    const bar = bars.find(({ covers }) => covers(x, y));
    const colour = bar?.colour ?? (inside(x, y) ? front(x, y) : back(x, y));
    for (let channel = 0; channel < 3; channel += 1)
      picture[3 * at + channel] = Math.min(
        255,
        Math.max(0, Math.round(255 * (colour[channel]! + noise * normal(random)))),
      );
  }
  return picture;
}

const BACK_CONTRAST = 0.35; // of what is behind the shape

const between = (random: Random, low: number, high: number): number => low + (high - low) * random();
const drawColour = (random: Random): Colour => [random(), random(), random()];

/** Two colours that can be told apart. */
function drawColours(random: Random): readonly [Colour, Colour] {
  for (;;) {
    const [first, second] = [drawColour(random), drawColour(random)];
    if (Math.hypot(...first.map((value, at) => value - second[at]!)) > 0.45) return [first, second];
  }
}

function drawTexture(kind: Texture, random: Random, contrast = 1): Field {
  const [one, far] = drawColours(random);
  const other = one.map((value, at) => value + contrast * (far[at]! - value)) as unknown as Colour;
  const period = between(random, 4.5, 7);
  const turn = between(random, 0, Math.PI);
  const [cosine, sine, offset] = [Math.cos(turn), Math.sin(turn), between(random, 0, period)];
  const wave = (value: number): number => Math.sin((2 * Math.PI * (value + offset)) / period);
  return (x, y) => {
    const [u, v] = [wave(cosine * x + sine * y), wave(cosine * y - sine * x)];
    const isOne =
      kind === 'stripes'
        ? u > 0
        : kind === 'checks'
          ? u > 0 === v > 0
          : kind === 'dots'
            ? u + v > 0.9
            : u + 0.8 * v > 0;
    return isOne ? one : other;
  };
}

function placed(shape: (typeof shapes)[number], random: Random): (x: number, y: number) => boolean {
  const radius = between(random, 9.5, 13.5);
  const [left, upper] = [between(random, 13, 19), between(random, 13, 19)];
  const turn = between(random, 0, 2 * Math.PI);
  return (x, y) => {
    const [dx, dy] = [(x - left) / radius, (y - upper) / radius];
    return holds(shape, Math.hypot(dx, dy), Math.atan2(dy, dx) - turn);
  };
}

/** In polar coordinates about the middle; the circle around each is of radius 1. */
function holds(shape: (typeof shapes)[number], distance: number, angle: number): boolean {
  switch (shape) {
    case 'disc':
      return distance < 0.9;
    case 'ring':
      return distance < 1 && distance > 0.5;
    case 'square':
      return distance < polygonAt(angle, 4);
    case 'triangle':
      return distance < polygonAt(angle, 3);
    case 'star':
      return distance < 0.42 + 0.58 * Math.abs((((angle / (2 * Math.PI)) * 5 + 10) % 1) * 2 - 1) ** 1.3;
  }
}

/** Distance of the edge of a regular polygon in that direction. */
function polygonAt(angle: number, corners: number): number {
  const sector = (2 * Math.PI) / corners;
  const within = ((angle % sector) + sector) % sector;
  return Math.cos(sector / 2) / Math.cos(within - sector / 2);
}

function drawBar(random: Random): { readonly colour: Colour; readonly covers: (x: number, y: number) => boolean } {
  const [turn, middle] = [between(random, 0, Math.PI), between(random, -14, 14)];
  const half = between(random, 0.4, 1.3);
  const [cosine, sine] = [Math.cos(turn), Math.sin(turn)];
  const reach = SCENE_SIDE / 2;
  return {
    colour: drawColour(random),
    covers: (x, y) => Math.abs(cosine * (x - reach) + sine * (y - reach) - middle) < half,
  };
}
