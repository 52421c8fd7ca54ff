import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { beginLayout, floatsAt, put, reserve } from './kernels.ts';
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
