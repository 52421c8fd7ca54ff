/** What a network wants from a file: each of its tensors under the name, and in the layout, of whoever wrote the file. */
import type { Shape } from '../../../../shared/networks/network.ts';

/**
 * How the file's numbers become ours: as they are; as they are under another shape; a Keras convolution [h, w, in, out];
 * a Keras depthwise one [h, w, channels, 1]; a Keras dense layer [in, out], whose rows are those of a flattened map
 * [h, w, c] where `map` is given. `flipped`: the input channels are in the order blue, green, red.
 */
export type Layout =
  | { readonly kind: 'same' }
  | { readonly kind: 'reshaped'; readonly from: Shape }
  | { readonly kind: 'hwio'; readonly flipped: boolean }
  | { readonly kind: 'depthwise' }
  | { readonly kind: 'transposed'; readonly map: readonly [number, number, number] | null };

export type WantedTensor = {
  readonly name: string; // ours
  readonly shape: Shape;
  readonly theirs: string;
  readonly layout: Layout;
};

/** The shape that the file must have. */
export function theirShape({ shape, layout }: Pick<WantedTensor, 'shape' | 'layout'>): Shape {
  const [o = 0, i = 0, h = 1, w = 1] = shape;
  switch (layout.kind) {
    case 'same':
      return shape;
    case 'reshaped':
      return layout.from;
    case 'hwio':
      return [h, w, i, o];
    case 'depthwise':
      return [h, w, o, 1];
    case 'transposed':
      return [i, o];
  }
}
