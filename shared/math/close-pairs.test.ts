import { describe, expect, it } from 'vitest';
import { openPairSearch } from './close-pairs.ts';
import { normal, type Random, seededRandom } from './random.ts';

const WIDTH = 16;
const LEAST = 0.9;

function unit(values: Float32Array): Float32Array {
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}
const draw = (random: Random): Float32Array => unit(Float32Array.from({ length: WIDTH }, () => normal(random)));
const near = (vector: Float32Array, random: Random): Float32Array =>
  unit(vector.map((value) => value + 0.06 * normal(random)));

function close(vectors: readonly Float32Array[], isNew: (index: number) => boolean = () => true): string[] {
  const pairs: string[] = [];
  const lookFrom = openPairSearch({ vectors, isNew, leastCosine: LEAST });
  for (const index of vectors.keys()) lookFrom(index, (first, second) => pairs.push(`${first} ${second}`));
  return pairs;
}

/** Every pair compared with every other: the definition. */
function compareAll(vectors: readonly Float32Array[], isNew: (index: number) => boolean = () => true): string[] {
  const pairs: string[] = [];
  for (const [first, one] of vectors.entries())
    for (let second = first + 1; second < vectors.length; second += 1) {
      const cosine = one.reduce((sum, value, at) => sum + value * vectors[second]![at]!, 0);
      if (cosine >= LEAST && (isNew(first) || isNew(second))) pairs.push(`${first} ${second}`);
    }
  return pairs;
}

describe('openPairSearch', () => {
  it('finds exactly what comparing all finds among few vectors, each pair once', () => {
    const random = seededRandom(1);
    const vectors = Array.from({ length: 100 }, () => draw(random)).flatMap((vector) => [vector, near(vector, random)]);
    const isNew = (index: number): boolean => index % 3 === 0;
    expect(compareAll(vectors).length).toBeGreaterThan(50);
    expect(close(vectors).sort()).toEqual(compareAll(vectors).sort());
    expect(close(vectors, isNew).sort()).toEqual(compareAll(vectors, isNew).sort());
  });

  it('finds nearly all among many, each pair once and no other', () => {
    const random = seededRandom(2);
    const vectors = Array.from({ length: 1500 }, () => draw(random)).flatMap((vector) => [
      vector,
      near(vector, random),
    ]);
    const wanted = new Set(compareAll(vectors));
    const found = close(vectors);
    expect(new Set(found).size).toBe(found.length);
    expect(found.every((pair) => wanted.has(pair))).toBe(true);
    expect(found.length / wanted.size).toBeGreaterThan(0.97);
  });
});
