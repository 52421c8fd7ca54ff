/** IEEE 754 binary16 widened to float32, which is exact. patterns: the raw 16 bits of each value. */
export function float16ToFloat32(patterns: Uint16Array): Float32Array {
  float16Table ??= Float32Array.from({ length: 65_536 }, (_, pattern) => float16Value(pattern));
  const table = float16Table;
  const values = new Float32Array(patterns.length);
  for (let i = 0; i < patterns.length; i++) values[i] = table[patterns[i]!]!;
  return values;
}
let float16Table: Float32Array | undefined; // 256 KiB, made on first use

function float16Value(pattern: number): number {
  const sign = pattern & 0x8000 ? -1 : 1;
  const exponent = (pattern >> 10) & 0x1f;
  const fraction = pattern & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24; // zero and subnormals
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** bfloat16 widened to float32, which is exact: it is the upper half of one. */
export function bfloat16ToFloat32(patterns: Uint16Array): Float32Array {
  const bits = new Uint32Array(patterns.length);
  for (let i = 0; i < patterns.length; i++) bits[i] = patterns[i]! << 16;
  return new Float32Array(bits.buffer);
}
