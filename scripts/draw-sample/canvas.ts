/** A sheet to draw on: collects definitions, hands out ids, and holds the one source of randomness. */
import type { Random } from '../../shared/math/random.ts';
import { num, type Point } from './geometry.ts';

export const WIDTH_PX = 480;
export const HEIGHT_PX = 360;

export type Canvas = { readonly random: Random; readonly definitions: string[] };

export function createCanvas(random: Random): Canvas {
  return { random, definitions: [] };
}

/** Adds a definition made from a fresh id and returns `url(#id)`. */
export function define(canvas: Canvas, make: (id: string) => string): string {
  const id = `d${canvas.definitions.length}`;
  canvas.definitions.push(make(id));
  return `url(#${id})`;
}

export type Stop = readonly [offset: number, colour: string, opacity?: number];

function stopTags(stops: readonly Stop[]): string {
  return stops
    .map(
      ([offset, colour, opacity = 1]) => `<stop offset="${offset}" stop-color="${colour}" stop-opacity="${opacity}"/>`,
    )
    .join('');
}

/** A gradient from the top to the bottom of whatever it fills. */
export function verticalGradient(canvas: Canvas, stops: readonly Stop[]): string {
  return define(
    canvas,
    (id) => `<linearGradient id="${id}" x1="0" y1="0" x2="0.15" y2="1">${stopTags(stops)}</linearGradient>`,
  );
}

/** A round gradient in user units, from the centre outwards. */
export function roundGradient(canvas: Canvas, centre: Point, radius: number, stops: readonly Stop[]): string {
  const place = `cx="${num(centre[0])}" cy="${num(centre[1])}" r="${num(radius)}"`;
  return define(
    canvas,
    (id) => `<radialGradient id="${id}" gradientUnits="userSpaceOnUse" ${place}>${stopTags(stops)}</radialGradient>`,
  );
}

export function blurFilter(canvas: Canvas, deviation: number): string {
  return define(
    canvas,
    (id) =>
      `<filter id="${id}" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="${num(deviation)}"/></filter>`,
  );
}

export function clip(canvas: Canvas, pathText: string): string {
  return define(canvas, (id) => `<clipPath id="${id}"><path d="${pathText}"/></clipPath>`);
}

export function path(pathText: string, fill: string, more = ''): string {
  return `<path d="${pathText}" fill="${fill}" ${more}/>`;
}

export function line(pathText: string, stroke: string, width: number, more = ''): string {
  return `<path d="${pathText}" fill="none" stroke="${stroke}" stroke-width="${num(width)}" stroke-linecap="round" ${more}/>`;
}

export function ellipse(centre: Point, radii: Point, fill: string, more = ''): string {
  return `<ellipse cx="${num(centre[0])}" cy="${num(centre[1])}" rx="${num(radii[0])}" ry="${num(radii[1])}" fill="${fill}" ${more}/>`;
}

export function rectangle(corner: Point, size: Point, fill: string, more = ''): string {
  return `<rect x="${num(corner[0])}" y="${num(corner[1])}" width="${num(size[0])}" height="${num(size[1])}" fill="${fill}" ${more}/>`;
}

export function group(content: string, attributes: string): string {
  return `<g ${attributes}>${content}</g>`;
}

/** A colour between two of the form #rrggbb; amount 0 is the first, 1 the second. */
export function mix(first: string, second: string, amount: number): string {
  const channel = (colour: string, index: number) => Number.parseInt(colour.slice(1 + 2 * index, 3 + 2 * index), 16);
  const mixed = [0, 1, 2].map((index) => {
    const value = Math.round(channel(first, index) * (1 - amount) + channel(second, index) * amount);
    return value.toString(16).padStart(2, '0');
  });
  return `#${mixed.join('')}`;
}
