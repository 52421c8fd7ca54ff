/** From an RGB image of any size to a network's input, inside the ONNX graph. */
import { lumaWeights } from '../../../shared/math/luma.ts';
import type { Preprocessing } from '../../../shared/networks/network.ts';
import { constant, type Draft } from './operators.ts';
import type { OnnxAttribute } from './protobuf.ts';

/**
 * Appends: float -> antialiased bicubic to the short side -> clip to 0..255 -> centre crop -> / 255, mean, deviation; the luma
 * of that where the network takes grey pictures.
 *
 * input: uint8 [1, 3, H, W], RGB, upright. output: float32 [1, 3, crop, crop], grey [1, 1, crop, crop]. The long side is rounded half up, the
 * crop's offset half to even, as in imaging/views.ts. The cubic is a = -0.5 with weights renormalised at the border, as in Pillow; nothing is rounded to
 * whole numbers between the steps. Sizes come from the shape, because runtimes differ in `keep_aspect_ratio_policy`.
 */
export function writePreprocessing(draft: Draft, spec: Preprocessing, names: { input: string; output: string }): void {
  const emit = emitter(draft);
  const pixels = emit('pixels', 'Cast', [names.input], { to: 1 }); // 1: float32
  const resized = emit('resized', 'Resize', [pixels, '', '', resizedSize(draft, spec, names.input)], {
    mode: 'cubic',
    antialias: 1,
    axes: [2, 3],
    coordinate_transformation_mode: 'half_pixel',
    cubic_coeff_a: { float: -0.5 },
    exclude_outside: 1,
  });
  const clipped = emit('clipped', 'Clip', [resized, float(draft, 'low', [0]), float(draft, 'high', [255])]);
  const cropped = centreCrop(draft, spec, clipped);
  const unit = emit('unit', 'Div', [cropped, float(draft, 'white', [255])]);
  const centred = emit('centred', 'Sub', [unit, float(draft, 'mean', spec.mean)]);
  const scaling = [centred, float(draft, 'deviation', spec.standardDeviation)];
  if (spec.isGrey !== true) {
    draft.nodes.push({ op: 'Div', name: 'preprocessing.scaled', inputs: scaling, output: names.output });
    return;
  }
  const summing = [emit('scaled', 'Div', scaling), float(draft, 'luma', lumaWeights)];
  draft.nodes.push({ op: 'Conv', name: 'preprocessing.grey', inputs: summing, output: names.output });
}

type Emit = (
  name: string,
  op: string,
  inputs: readonly string[],
  attributes?: Readonly<Record<string, OnnxAttribute>>,
) => string;

function emitter(draft: Draft): Emit {
  return (name, op, inputs, attributes = {}) => {
    const output = `preprocessing.${name}`;
    draft.nodes.push({ op, name: output, inputs, output, attributes });
    return output;
  };
}

/** [H', W'] int64: each extent * shortSide / min(H, W), rounded half up in whole numbers. */
function resizedSize(draft: Draft, spec: Preprocessing, input: string): string {
  const emit = emitter(draft);
  const size = emit('size', 'Shape', [input], { start: 2 });
  const shortSide = emit('short_side', 'ReduceMin', [size], { keepdims: 1 });
  const twice = emit('twice', 'Mul', [size, integers(draft, 'twice_target', [2 * spec.resizeShortSide])]);
  const rounded = emit('rounded', 'Add', [twice, shortSide]);
  const divisor = emit('divisor', 'Mul', [shortSide, integers(draft, 'two', [2])]);
  return emit('resized_size', 'Div', [rounded, divisor]);
}

function centreCrop(draft: Draft, spec: Preprocessing, image: string): string {
  const emit = emitter(draft);
  const crop = integers(draft, 'crop', [spec.cropSize]);
  const spare = emit('spare', 'Sub', ['preprocessing.resized_size', crop]);
  const half = emit('half', 'Div', [spare, integers(draft, 'two', [2])]); // whole numbers: rounded down
  const odd = emit('odd', 'Mod', [half, integers(draft, 'two', [2])]);
  const start = emit('start', 'Div', [emit('even', 'Add', [spare, odd]), integers(draft, 'two', [2])]);
  const end = emit('end', 'Add', [start, crop]);
  return emit('cropped', 'Slice', [image, start, end, integers(draft, 'axes', [2, 3])]);
}

/** One number as a scalar, three as one for each channel. */
function float(draft: Draft, name: string, values: readonly number[]): string {
  const shape = values.length === 1 ? [] : [1, values.length, 1, 1];
  return constant(draft, `preprocessing.${name}`, { shape, values: Float32Array.from(values) });
}

function integers(draft: Draft, name: string, values: readonly number[]): string {
  const tensor = { shape: [values.length], values: BigInt64Array.from(values, BigInt) };
  return constant(draft, `preprocessing.${name}`, tensor);
}
