import { AppError } from '../../../shared/contract/errors.ts';
import type { Shape } from '../../../shared/networks/network.ts';
import { toNchw, toNhwc } from './layout.ts';
import type { Tensor, TensorOps } from './ops.ts';

/** A batch of `shape` (per image, CHW or [D]) on the device, NHWC there. The array is copied; the caller disposes. */
export function uploadInput(ops: TensorOps, shape: Shape, input: Float32Array): Tensor {
  const perImage = shape.reduce((product, extent) => product * extent, 1);
  const batch = input.length / perImage;
  if (!Number.isInteger(batch) || batch < 1) {
    throw new AppError('BUG', `An input of ${input.length} numbers is no batch of [${shape}]. Please report it.`);
  }
  if (shape.length === 1) return ops.fromArray(input.slice(), [batch, perImage]);
  const [channels, height, width] = shape as readonly [number, number, number];
  return ops.fromArray(toNhwc(input, [batch, channels, height, width]), [batch, height, width, channels]);
}

/** The values of [B, H, W, C] as [B, C, H, W], of anything else as they lie. */
export async function downloadOutput(ops: TensorOps, output: Tensor): Promise<Float32Array> {
  const numbers = (await ops.read(output)).slice();
  const { shape } = output;
  return shape.length === 4 ? toNchw(numbers, shape as readonly [number, number, number, number]) : numbers;
}
