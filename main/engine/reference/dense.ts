/** A dense layer by its definition. */
import { type Array64, zeros } from './array64.ts';

/** x [B, D], weight [K, D], bias [K] or null -> [B, K]. */
export function dense64(x: Array64, weight: Array64, bias: Float64Array | null): Array64 {
  const [batch, features] = x.shape as readonly [number, number];
  const outputs = weight.shape[0]!;
  const y = zeros([batch, outputs]);
  for (let b = 0; b < batch; b += 1) {
    for (let k = 0; k < outputs; k += 1) {
      let sum = bias?.[k] ?? 0;
      for (let d = 0; d < features; d += 1) sum += x.values[b * features + d]! * weight.values[k * features + d]!;
      y.values[b * outputs + k] = sum;
    }
  }
  return y;
}

export function denseGradient64(x: Array64, weight: Array64, dy: Array64) {
  const [batch, features] = x.shape as readonly [number, number];
  const outputs = weight.shape[0]!;
  const [dx, dw, db] = [zeros(x.shape), zeros(weight.shape), zeros([outputs])];
  for (let b = 0; b < batch; b += 1) {
    for (let k = 0; k < outputs; k += 1) {
      const slope = dy.values[b * outputs + k]!;
      db.values[k]! += slope;
      for (let d = 0; d < features; d += 1) {
        dx.values[b * features + d]! += slope * weight.values[k * features + d]!;
        dw.values[k * features + d]! += slope * x.values[b * features + d]!;
      }
    }
  }
  return { input: dx, weight: dw.values, bias: db.values };
}
