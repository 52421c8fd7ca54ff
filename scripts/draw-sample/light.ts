/** The light of a picture: what lies over everything, and what it does to the subject. */
import { blurFilter, type Canvas, define, ellipse, HEIGHT_PX, rectangle, roundGradient, WIDTH_PX } from './canvas.ts';
import { between, num, type Point } from './geometry.ts';

export type Light = 'day' | 'lamp' | 'dusk' | 'backlight';

const SIZE: Point = [WIDTH_PX, HEIGHT_PX];
const MULTIPLY = 'style="mix-blend-mode:multiply"';
const SCREEN = 'style="mix-blend-mode:screen"';

function vignette(canvas: Canvas, strength: number): string {
  const edge = roundGradient(canvas, [240, 170], 330, [
    [0.55, '#1a1420', 0],
    [1, '#1a1420', strength],
  ]);
  return rectangle([0, 0], SIZE, edge);
}

/** What is laid over the whole picture. */
export function lightOver(canvas: Canvas, light: Light): string {
  const x = between(canvas.random, 60, 420);
  switch (light) {
    case 'day': {
      const sun = roundGradient(canvas, [x, -20], 420, [
        [0, '#fffbe6', 0.38],
        [1, '#fffbe6', 0],
      ]);
      return rectangle([0, 0], SIZE, sun) + vignette(canvas, 0.16);
    }
    case 'lamp': {
      const glow = roundGradient(canvas, [x, 40], 400, [
        [0, '#ffd28a', 0.42],
        [1, '#ffd28a', 0],
      ]);
      return (
        rectangle([0, 0], SIZE, '#eac39a', MULTIPLY) + rectangle([0, 0], SIZE, glow, SCREEN) + vignette(canvas, 0.45)
      );
    }
    case 'dusk': {
      const last = roundGradient(canvas, [x, 60], 330, [
        [0, '#e8a07a', 0.34],
        [1, '#e89a7a', 0],
      ]);
      return (
        rectangle([0, 0], SIZE, '#9a9fc6', MULTIPLY) + rectangle([0, 0], SIZE, last, SCREEN) + vignette(canvas, 0.4)
      );
    }
    case 'backlight': {
      const flare = roundGradient(canvas, [x, 30], 340, [
        [0, '#fff3cf', 0.6],
        [1, '#fff3cf', 0],
      ]);
      return rectangle([0, 0], SIZE, flare, SCREEN) + vignette(canvas, 0.2);
    }
  }
}

/** What lies between the background and the subject: a glow behind it when the light comes from there, and its shadow. */
export function lightBehind(canvas: Canvas, light: Light, foot: Point, width: number): string {
  const shadow = ellipse(
    foot,
    [width * 0.52, Math.max(7, width * 0.075)],
    '#1a1218',
    `opacity="0.42" filter="${blurFilter(canvas, 5)}"`,
  );
  const contact = ellipse(
    foot,
    [width * 0.4, Math.max(4, width * 0.035)],
    '#100a10',
    `opacity="0.4" filter="${blurFilter(canvas, 2.5)}"`,
  );
  if (light !== 'backlight') return shadow + contact;
  const glow = roundGradient(canvas, [foot[0], foot[1] - width * 0.6], width * 1.5, [
    [0, '#fffbe8', 0.95],
    [1, '#fff3c8', 0],
  ]);
  return rectangle([0, 0], SIZE, glow, SCREEN) + shadow + contact;
}

/** Attributes for the subject: darker against the light. */
export function subjectTone(canvas: Canvas, light: Light): string {
  if (light !== 'backlight') return '';
  const slope = num(between(canvas.random, 5.2, 6.6));
  const channel = (name: string, lift: number) =>
    `<feFunc${name} type="linear" slope="0.${slope.replace('.', '')}" intercept="${lift}"/>`;
  const filter = define(
    canvas,
    (id) =>
      `<filter id="${id}" color-interpolation-filters="sRGB"><feComponentTransfer>${channel('R', 0.02)}${channel('G', 0.01)}${channel('B', 0.03)}</feComponentTransfer></filter>`,
  );
  return `filter="${filter}"`;
}
