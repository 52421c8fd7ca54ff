import { beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../shared/math/random.ts';
import { openPlainCpu, openTensorFlow } from './door.ts';
import type { ConvGeometry, Pads, TensorOps } from './ops.ts';
import { choosePadding } from './padding.ts';

type Case = { readonly extent: number; readonly kernel: number; readonly stride: number; readonly pads: Pads };
const one: Case = { extent: 8, kernel: 3, stride: 1, pads: [1, 1, 1, 1] };
const cases: readonly (Case & { readonly title: string; readonly chosen: string })[] = [
  { ...one, title: 'pads of a 3 x 3 at stride 1', chosen: 'SAME' },
  { ...one, title: "PyTorch's pads of a 3 x 3 at stride 2", stride: 2, chosen: 'EXPLICIT' },
  { ...one, title: "TensorFlow's pads of a 3 x 3 at stride 2", stride: 2, pads: [0, 1, 0, 1], chosen: 'SAME' },
  { ...one, title: 'pads of a 5 x 5 at stride 1', kernel: 5, pads: [2, 2, 2, 2], chosen: 'SAME' },
  { ...one, title: 'lopsided pads', pads: [2, 0, 0, 1], chosen: 'EXPLICIT' },
  { ...one, title: 'no pads', pads: [0, 0, 0, 0], chosen: 'VALID' },
];

const geometry = ({ stride, pads }: Case, depthwise: boolean): ConvGeometry => ({
  stride: [stride, stride],
  pads,
  depthwise,
});

let tensorflow: Record<string, Float32Array[]>;
let plain: Record<string, Float32Array[]>;
beforeAll(async () => {
  plain = await allGradients(await openPlainCpu());
  tensorflow = await allGradients(await openTensorFlow({ threads: 2 }));
});

describe('the padding of a convolution', () => {
  it.each(cases)('is $chosen for $title', ({ chosen, ...each }) => {
    const shape = [2, each.extent, each.extent, 3];
    const found = choosePadding(shape, [each.kernel, each.kernel, 3, 4], geometry(each, false));
    expect(found.kind).toBe(chosen);
  });

  it.each(cases.flatMap(({ title }) => [`${title}, whole`, `${title}, depthwise`]))(
    'gives output and gradients of plain kernels with %s',
    (key) => {
      for (const [at, values] of tensorflow[key]!.entries()) {
        const wanted = plain[key]![at]!;
        expect(values.length).toBe(wanted.length);
        expect(Math.max(...values.map((value, index) => Math.abs(value - wanted[index]!)))).toBeLessThan(1e-4);
      }
    },
  );
});

async function allGradients(ops: TensorOps): Promise<Record<string, Float32Array[]>> {
  const found: Record<string, Float32Array[]> = {};
  for (const each of cases) {
    found[`${each.title}, whole`] = await gradients(ops, each, false);
    found[`${each.title}, depthwise`] = await gradients(ops, each, true);
  }
  return found;
}

/** The output, the gradient of the input and that of the weight, of seeded numbers. */
async function gradients(ops: TensorOps, each: Case, depthwise: boolean): Promise<Float32Array[]> {
  const random = seededRandom(3);
  const tensor = (shape: readonly number[]) => {
    const length = shape.reduce((product, extent) => product * extent, 1);
    return ops.fromArray(
      Float32Array.from({ length }, () => random() - 0.5),
      shape,
    );
  };
  const at = geometry(each, depthwise);
  const x = tensor([2, each.extent, each.extent, 3]);
  const weight = tensor([each.kernel, each.kernel, 3, depthwise ? 1 : 4]);
  const before = ops.tensorCount();
  const y = ops.conv(x, weight, at);
  const dy = tensor(y.shape);
  const dx = ops.convInputGradient(dy, weight, { ...at, inputShape: x.shape });
  const dw = ops.convWeightGradient(x, dy, { ...at, weightShape: weight.shape });
  expect(ops.tensorCount()).toBe(before + 4);
  const values = [];
  for (const found of [y, dx, dw]) values.push((await ops.read(found)).slice());
  ops.dispose(x, weight, y, dy, dx, dw);
  return values;
}
