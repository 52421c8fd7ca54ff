/** The figures of Pillow, numpy and scipy (e2e/fixtures/augmentation-oracles.py) and the picture they were made from. For tests. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { RgbImage } from '../resize.ts';
import { type DrawnColour, recolour } from './colour.ts';
import { layOutDisplacement } from './displacement.ts';
import type { Box, Drawn, DrawnWarp, PixelSize } from './drawn.ts';
import { beginLayout, floatsAt, packed, unpacked } from './kernels.ts';
import { layOutBox } from './resize-box.ts';
import { layOutWarped } from './warp.ts';

const Values = z.array(z.number());
const Pair = z.tuple([z.number(), z.number()]);
const Triple = z.tuple([z.number(), z.number(), z.number()]);

const Oracles = z.object({
  boxes: z.array(
    z.object({
      width: z.int(),
      height: z.int(),
      box: z.tuple([z.number(), z.number(), z.number(), z.number()]), // left, top, right, bottom
      size: z.tuple([z.int(), z.int()]),
      values: Values,
    }),
  ),
  warps: z.array(
    z.object({
      mirror: z.boolean(),
      flip: z.boolean(),
      rotationDegrees: z.number(),
      shearDegrees: Pair,
      zoom: z.number(),
      cornerShifts: z.array(Pair).nullable(),
      width: z.int(),
      height: z.int(),
      side: z.int(),
      left: z.int(),
      top: z.int(),
      border: z.enum(['reflect', 'edge', 'colour']),
      values: Values,
    }),
  ),
  enhancements: z.array(
    z.object({ name: z.enum(['brightness', 'contrast', 'saturation']), factor: z.number(), values: Values }),
  ),
  chain: z.object({
    brightness: z.number(),
    contrast: z.number(),
    saturation: z.number(),
    hueDegrees: z.number(),
    channelShift: Triple,
    colourShift: Triple,
    values: Values,
  }),
  blurs: z.array(z.object({ sigma: z.number(), values: Values })),
  axes: z.object({ photos: z.array(Values), mean: Values, eigenvalues: Values, axes: z.array(Values) }),
  jpegs: z.array(z.object({ quality: z.int(), input: Values, values: Values })),
  quantiles: z.array(z.object({ index: z.int(), value: z.number() })),
});

export const oracles = Oracles.parse(
  JSON.parse(readFileSync(new URL('../../../e2e/fixtures/augmentation-oracles.json', import.meta.url), 'utf8')),
);

/** The formula of the scripts. */
export function patterned(width: number, height: number): RgbImage {
  const pixels = new Uint8Array(width * height * 3);
  for (let index = 0; index < pixels.length; index += 1) {
    const x = Math.floor(index / 3) % width;
    const y = Math.floor(index / 3 / width);
    pixels[index] = (x * 37 + y * 59 + (index % 3) * 83 + ((x * y) % 101) * 7) % 256;
  }
  return { width, height, pixels };
}

/** The same, far enough from black and white that nothing clips. */
export function quiet(width: number, height: number): Float32Array {
  return Float32Array.from(patterned(width, height).pixels, (value) => Math.floor(80 + value * 0.35));
}

/** A view of a photo in which nothing is drawn: its square of that side at the given corner. */
export function stillDrawn(photo: { readonly width: number; readonly height: number }, side: number): Drawn {
  return {
    cropSize: side,
    photo,
    window: { kind: 'box', left: 0, top: 0, width: side, height: side },
    mirror: false,
    flip: false,
    rotationDegrees: 0,
    shearDegrees: [0, 0],
    zoom: 1,
    cornerShifts: null,
    warp: null,
    border: { kind: 'reflect' },
    brightness: 1,
    contrast: 1,
    saturation: 1,
    hueDegrees: 0,
    channelShift: [0, 0, 0],
    colourAlphas: null,
    colourShift: [0, 0, 0],
    blurSigmaPixels: 0,
    noise: null,
    jpegQuality: null,
    erasing: null,
  };
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let index = 0; index < a.length; index += 1) largest = Math.max(largest, Math.abs(a[index]! - b[index]!));
  return largest;
}

/** What the kernels lay out, as interleaved RGB or fields of the test's own. */
export function resizedBox(image: RgbImage, box: Box, size: PixelSize): Float32Array {
  beginLayout();
  return packed(layOutBox(image, box, size), size.width * size.height);
}

export function warpedCrop(image: RgbImage, drawn: Drawn): Float32Array {
  beginLayout();
  return packed(layOutWarped(image, drawn), drawn.cropSize ** 2);
}

export function recoloured(values: Float32Array, drawn: DrawnColour): Float32Array {
  beginLayout();
  const pixels = unpacked(values);
  recolour(pixels, values.length / 3, drawn);
  return packed(pixels, values.length / 3);
}

export function displacementOf(
  warp: DrawnWarp,
  side: number,
): { readonly across: Float32Array; readonly down: Float32Array; readonly farthest: number } {
  beginLayout();
  const { across, down, farthest } = layOutDisplacement(warp, side);
  return { across: floatsAt(across, side * side).slice(), down: floatsAt(down, side * side).slice(), farthest };
}
