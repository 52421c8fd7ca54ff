import { expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';

it('gives equal texts for equal values, whatever the order of members', () => {
  expect(canonicalJson({ b: [1, { d: null, c: 'ä"' }], a: undefined })).toBe('{"b":[1,{"c":"ä\\"","d":null}]}');
  expect(canonicalJson({ a: 1, b: 2 })).toBe(canonicalJson({ b: 2, a: 1 }));
});

it('refuses numbers that JSON has no form for', () => {
  expect(() => canonicalJson(Number.NaN)).toThrow(TypeError);
  expect(() => canonicalJson({ deep: [Number.POSITIVE_INFINITY] })).toThrow(TypeError);
});
