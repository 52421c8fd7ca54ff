/** Convolutions as TensorFlow has them: plain, depthwise, and in groups as a split, convolutions and a concatenation. */
import type { BatchNormNode, ConvNode, Shape, Weights } from '../../../../shared/networks/network.ts';
import { resolveWindow } from '../../../../shared/networks/shapes.ts';
import { foldConv } from '../../onnx/fold.ts';
import { type Attributes, constant, emit, floats, type GraphDraft, int32, ints, text } from './graph.ts';
import { type Placed, place } from './windows.ts';

export type ConvTranslation = {
  readonly input: string;
  readonly inputShape: Shape; // [C, H, W]
  readonly output: string;
  readonly norm: BatchNormNode | undefined; // merged in
  readonly weights: Weights;
};

export function writeConv(draft: GraphDraft, node: ConvNode, t: ConvTranslation): void {
  const inputChannels = t.inputShape[0]!;
  const { weight, bias } = foldConv(node, t.weights, { inputChannels, norm: t.norm });
  const dilated = [0, 1].map((axis) => (node.kernel[axis]! - 1) * node.dilation[axis]! + 1) as [number, number];
  const { top, left, bottom, right } = resolveWindow(node, t.inputShape);
  const window = { id: t.output, kernel: dilated, stride: node.stride };
  const given = { input: t.input, shape: t.inputShape, sides: { top, left, bottom, right }, value: 0 };
  const placed = place(draft, window, given);
  const convolved = bias === null ? t.output : `${t.output}/convolved`;
  const request: Convolved = { name: convolved, placed, weight, inputChannels };
  if (node.groups === 1) writePlain(draft, node, request);
  else if (node.groups === inputChannels) writeDepthwise(draft, node, request);
  else writeGroups(draft, node, request);
  if (bias === null) return;
  const added = constant(draft, `${t.output}/bias`, { shape: [bias.length], values: bias });
  emit(draft, { name: t.output, op: 'BiasAdd', inputs: [convolved, added], attributes: { data_format: text('NHWC') } });
}

type Convolved = {
  readonly name: string;
  readonly placed: Placed;
  readonly weight: Float32Array; // OIHW
  readonly inputChannels: number;
};

function attributesOf({ stride, dilation }: ConvNode, padding: string): Attributes {
  return {
    strides: ints([1, ...stride, 1]),
    dilations: ints([1, ...dilation, 1]),
    padding: text(padding),
    data_format: text('NHWC'),
  };
}

function writePlain(draft: GraphDraft, node: ConvNode, { name, placed, weight, inputChannels }: Convolved): void {
  const [height, width] = node.kernel;
  const shape = [height, width, inputChannels, node.outChannels];
  const filter = constant(draft, `${name}/filter`, { shape, values: toHwio(weight, node.outChannels, inputChannels) });
  const attributes = attributesOf(node, placed.padding);
  emit(draft, { name, op: 'Conv2D', inputs: [placed.input, filter], attributes });
}

/** Output channel g * multiplier + m reads input channel g in both notations. */
function writeDepthwise(draft: GraphDraft, node: ConvNode, { name, placed, weight, inputChannels }: Convolved): void {
  const [height, width] = node.kernel;
  const shape = [height, width, inputChannels, node.outChannels / inputChannels];
  const values = toHwio(weight, node.outChannels, 1); // [H, W, 1, O]: the same order as [H, W, C, M]
  const filter = constant(draft, `${name}/filter`, { shape, values });
  const attributes = attributesOf(node, placed.padding);
  emit(draft, { name, op: 'DepthwiseConv2dNative', inputs: [placed.input, filter], attributes });
}

function writeGroups(draft: GraphDraft, node: ConvNode, { name, placed, weight, inputChannels }: Convolved): void {
  const { groups } = node;
  const [input, output] = [inputChannels / groups, node.outChannels / groups];
  const axis = constant(draft, 'axis/channels', { shape: [], values: Int32Array.of(3) });
  const parts = emit(draft, {
    name: `${name}/split`,
    op: 'Split',
    inputs: [axis, placed.input],
    attributes: { num_split: { kind: 'int', value: groups } },
  });
  const perGroup = weight.length / groups;
  const convolved = Array.from({ length: groups }, (_, group) => {
    const own = { ...placed, input: group === 0 ? parts : `${parts}:${group}` };
    const part = weight.subarray(group * perGroup, (group + 1) * perGroup);
    const each = `${name}/group${group}`;
    writePlain(
      draft,
      { ...node, outChannels: output },
      { name: each, placed: own, weight: part, inputChannels: input },
    );
    return each;
  });
  const attributes = { N: { kind: 'int', value: groups }, Tidx: int32, T: floats } as const;
  emit(draft, { name, op: 'ConcatV2', inputs: [...convolved, axis], attributes });
}

/** [O, I, H, W] to [H, W, I, O]. */
function toHwio(weight: Float32Array, outputs: number, inputs: number): Float32Array {
  const places = weight.length / (outputs * inputs);
  const found = new Float32Array(weight.length);
  for (let o = 0; o < outputs; o += 1) {
    for (let i = 0; i < inputs; i += 1) {
      const from = (o * inputs + i) * places;
      for (let at = 0; at < places; at += 1) found[(at * inputs + i) * outputs + o] = weight[from + at]!;
    }
  }
  return found;
}
