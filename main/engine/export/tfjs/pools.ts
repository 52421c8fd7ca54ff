/** Pools in TensorFlow's terms. */
import type { AvgPoolNode, MaxPoolNode, Shape } from '../../../../shared/networks/network.ts';
import { type ResolvedWindow, resolveWindow } from '../../../../shared/networks/shapes.ts';
import { type Attributes, constant, emit, type GraphDraft, ints, text } from './graph.ts';
import { isNothing, padded, place, type Sides } from './windows.ts';

type PoolTranslation = { readonly input: string; readonly inputShape: Shape; readonly output: string };
const LOWEST = -3e38; // what never is the largest

function attributesOf({ kernel, stride }: MaxPoolNode | AvgPoolNode, padding: string): Attributes {
  return {
    ksize: ints([1, ...kernel, 1]),
    strides: ints([1, ...stride, 1]),
    padding: text(padding),
    data_format: text('NHWC'),
  };
}

/** With the overhang of ceil mode, which is only more padding. */
function sidesOf({ top, left, bottom, right, ceilBottom, ceilRight }: ResolvedWindow): Sides {
  return { top, left, bottom: bottom + ceilBottom, right: right + ceilRight };
}

export function writeMaxPool(
  draft: GraphDraft,
  node: MaxPoolNode,
  { input, inputShape, output }: PoolTranslation,
): void {
  const sides = sidesOf(resolveWindow(node, inputShape));
  const window = { id: output, kernel: node.kernel, stride: node.stride };
  const placed = place(draft, window, { input, shape: inputShape, sides, value: LOWEST });
  emit(draft, { name: output, op: 'MaxPool', inputs: [placed.input], attributes: attributesOf(node, placed.padding) });
}

/** Zeros around, the mean over whole windows, then times kernel / counted pixels wherever fewer count. */
export function writeAvgPool(
  draft: GraphDraft,
  node: AvgPoolNode,
  { input, inputShape, output }: PoolTranslation,
): void {
  const window = resolveWindow(node, inputShape);
  const sides = sidesOf(window);
  const attributes = attributesOf(node, 'VALID');
  if (isNothing(sides)) {
    emit(draft, { name: output, op: 'AvgPool', inputs: [input], attributes });
    return;
  }
  const zeros = padded(draft, `${output}/pad`, { input, sides, value: 0 });
  const mean = emit(draft, { name: `${output}/mean`, op: 'AvgPool', inputs: [zeros], attributes });
  const shape = [1, window.outHeight, window.outWidth, 1];
  const factors = constant(draft, `${output}/factors`, { shape, values: countFactors(node, inputShape, window) });
  emit(draft, { name: output, op: 'Mul', inputs: [mean, factors] });
}

/** PyTorch counts the padding where asked to, never the overhang of ceil mode. */
function countFactors(node: AvgPoolNode, inputShape: Shape, window: ResolvedWindow): Float32Array {
  const [, height, width] = inputShape as readonly [number, number, number];
  const { top, left, bottom, right, outHeight, outWidth } = window;
  const pads = node.countIncludePad ? { top, left, bottom, right } : { top: 0, left: 0, bottom: 0, right: 0 };
  const along = (axis: 0 | 1, before: number, counted: readonly [from: number, upTo: number]) => (at: number) => {
    const start = at * node.stride[axis] - before;
    return Math.min(start + node.kernel[axis], counted[1]) - Math.max(start, counted[0]);
  };
  const rows = along(0, top, [-pads.top, height + pads.bottom]);
  const columns = along(1, left, [-pads.left, width + pads.right]);
  return Float32Array.from({ length: outHeight * outWidth }, (_, at) => {
    const counted = rows(Math.floor(at / outWidth)) * columns(at % outWidth);
    return (node.kernel[0] * node.kernel[1]) / counted;
  });
}
