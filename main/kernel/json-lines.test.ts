import { expect, it } from 'vitest';
import { lineSplitter } from './json-lines.ts';

function split(chunks: readonly Buffer[], maxBytes = 100): { lines: string[]; overflows: number } {
  const seen = { lines: [] as string[], overflows: 0 };
  const feed = lineSplitter({
    maxBytes,
    onLine: (line) => seen.lines.push(line),
    onOverflow: () => {
      seen.overflows += 1;
    },
  });
  for (const chunk of chunks) feed(chunk);
  return seen;
}

it('gives the same lines wherever the bytes are cut, also inside a character', () => {
  const bytes = Buffer.from('{"a":"ä"}\n\n{"b":"🐱"}\nnot ended');
  for (let cut = 0; cut <= bytes.length; cut += 1)
    expect(split([bytes.subarray(0, cut), bytes.subarray(cut)]).lines).toEqual(['{"a":"ä"}', '{"b":"🐱"}']);
});

it('ends the stream at a line over the limit, once, and hands on nothing after it', () => {
  const seen = split([Buffer.from('ok\n12345'), Buffer.from('6789\nrest of it\n'), Buffer.from('more\n')], 8);
  expect(seen).toEqual({ lines: ['ok'], overflows: 1 });
  expect(split([Buffer.from('ok\n123456789\nmore\n')], 8)).toEqual({ lines: ['ok'], overflows: 1 });
});

it('takes a long line in many chunks in time that grows with its length only', () => {
  const chunk = Buffer.alloc(65_536, 'x');
  const seen = split([...Array.from({ length: 500 }, () => chunk), Buffer.from('\n')], 1e9);
  expect(seen.lines.map(({ length }) => length)).toEqual([500 * 65_536]);
});
