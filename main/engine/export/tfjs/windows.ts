/** Sliding windows in TensorFlow's terms: SAME, VALID, or zeros of a node of their own before VALID. */
import type { Shape } from '../../../../shared/networks/network.ts';
import { constant, emit, type GraphDraft, int32 } from './graph.ts';

/** Pixels on each side. */
export type Sides = { readonly top: number; readonly left: number; readonly bottom: number; readonly right: number };
type Window = { readonly kernel: readonly [number, number]; readonly stride: readonly [number, number] };

export type Placed = { readonly input: string; readonly padding: 'SAME' | 'VALID' };

/** Whether TensorFlow's SAME pads [C, H, W] just like this. `kernel`: with its dilation. */
export function isSame({ kernel, stride }: Window, shape: Shape, sides: Sides): boolean {
  const along = (extent: number, axis: 0 | 1): readonly [number, number] => {
    const total = Math.max((Math.ceil(extent / stride[axis]) - 1) * stride[axis] + kernel[axis] - extent, 0);
    return [Math.floor(total / 2), total - Math.floor(total / 2)];
  };
  const [, height, width] = shape as readonly [number, number, number];
  const [top, bottom] = along(height, 0);
  const [left, right] = along(width, 1);
  return sides.top === top && sides.bottom === bottom && sides.left === left && sides.right === right;
}

export const isNothing = ({ top, left, bottom, right }: Sides): boolean => top + left + bottom + right === 0;

/** `value` all around `input`, [N, H, W, C]. */
export function padded(
  draft: GraphDraft,
  name: string,
  { input, sides, value }: { readonly input: string; readonly sides: Sides; readonly value: number },
): string {
  const { top, left, bottom, right } = sides;
  const amounts = constant(draft, `${name}/amounts`, {
    shape: [4, 2],
    values: Int32Array.of(0, 0, top, bottom, left, right, 0, 0),
  });
  const filling = constant(draft, `${name}/value`, { shape: [], values: Float32Array.of(value) });
  return emit(draft, { name, op: 'PadV2', inputs: [input, amounts, filling], attributes: { Tpaddings: int32 } });
}

/** The input of a window as one of TensorFlow's two paddings; where neither fits, padded by `value` first. */
export function place(
  draft: GraphDraft,
  node: Window & { readonly id: string },
  { input, shape, sides, value }: { input: string; shape: Shape; sides: Sides; value: number },
): Placed {
  if (isNothing(sides)) return { input, padding: 'VALID' };
  if (isSame(node, shape, sides)) return { input, padding: 'SAME' };
  return { input: padded(draft, `${node.id}/pad`, { input, sides, value }), padding: 'VALID' };
}
