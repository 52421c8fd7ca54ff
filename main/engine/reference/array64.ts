/** Float64 arrays, row-major. */
import type { Shape } from '../../../shared/networks/network.ts';

/** [B, C, H, W] or [B, D]; a parameter as in the state dict. */
export type Array64 = { readonly shape: Shape; readonly values: Float64Array };

export function elements(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

export function zeros(shape: Shape): Array64 {
  return { shape, values: new Float64Array(elements(shape)) };
}

export function mapped(x: Array64, change: (value: number, index: number) => number): Array64 {
  return { shape: x.shape, values: x.values.map(change) };
}

/** A map's four extents; of a vector [B, D] it makes [B, D, 1, 1]. */
export function mapShape({ shape }: Array64): readonly [number, number, number, number] {
  const [batch = 1, channels = 1, height = 1, width = 1] = shape;
  return [batch, channels, height, width];
}
