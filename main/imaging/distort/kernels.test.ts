import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { beginLayout, floatsAt, kernels, put, reserve, unpacked } from './kernels.ts';
import { kernelsSourceSha256 } from './kernels-binary.ts';

it('runs what kernels.c says now: the binary was built from this very source', () => {
  const source = readFileSync(new URL('kernels.c', import.meta.url));
  expect(createHash('sha256').update(source).digest('hex'), 'run scripts/build-kernels.py').toBe(kernelsSourceSha256);
});

it('keeps what was put when the memory grows, and gives a huge one back', () => {
  beginLayout();
  const place = put(Float32Array.of(1, 2, 3));
  reserve(80 * 1024 * 1024);
  expect([...floatsAt(place, 3)]).toEqual([1, 2, 3]);
  beginLayout();
  expect(() => floatsAt(80 * 1024 * 1024, 1)).toThrow(RangeError);
});

it.each([49, 224 * 224])(
  'normalises %i pixels quickly to within a millionth of (value / 255 - mean) / deviation',
  (count) => {
    const [mean, deviation] = [
      [0.485, 0.456, 0.406],
      [0.229, 0.224, 0.225],
    ];
    const values = Float32Array.from({ length: count * 3 }, (_, at) => (at * 7.31) % 255);
    beginLayout();
    const pixels = unpacked(values);
    const how = Float32Array.of(
      ...deviation!.map((each) => 1 / (255 * each)),
      ...mean!.map((each, at) => -each / deviation![at]!),
    );
    const output = reserve(count * 12);
    kernels().quick_planes(pixels, count, put(how), output);
    let farthest = 0;
    floatsAt(output, count * 3).forEach((value, at) => {
      const channel = Math.floor(at / count);
      const expected = (values[(at % count) * 3 + channel]! / 255 - mean![channel]!) / deviation![channel]!;
      farthest = Math.max(farthest, Math.abs(value - expected));
    });
    expect(farthest).toBeLessThan(1e-6);
  },
);
