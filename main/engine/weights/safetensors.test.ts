import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/contract/errors.ts';
import type { NamedTensor } from '../../../shared/networks/network.ts';
import { readSafetensors, readSafetensorsContent, writeSafetensors } from './safetensors.ts';

const folder = mkdtempSync(join(tmpdir(), 'thaw-safetensors-'));
const file = join(folder, 'model.safetensors');
afterAll(() => rmSync(folder, { recursive: true }));

function encode(header: unknown, data: Uint8Array): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.byteLength));
  return Buffer.concat([length, json, data]);
}

function floats(...values: number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

async function messageOf(bytes: Uint8Array): Promise<string> {
  writeFileSync(file, bytes);
  const error: unknown = await readSafetensors(file).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(AppError);
  expect((error as AppError).code).toBe('WEIGHTS_INVALID');
  expect((error as AppError).message).toContain(file);
  return (error as AppError).message;
}

const F32 = (shape: number[], start: number, end: number) => ({ dtype: 'F32', shape, data_offsets: [start, end] });

describe('fault 36: a malformed safetensors file is refused with its own message', () => {
  const eight = floats(1, 2);
  const hugeHeader = Buffer.alloc(16);
  hugeHeader.writeBigUInt64LE(100_000_001n);
  const negativeHeader = Buffer.alloc(16, 0xff);
  const longHeader = encode({}, new Uint8Array());
  longHeader.writeBigUInt64LE(3n);
  const cases: [string, Uint8Array, RegExp][] = [
    ['an empty file', Buffer.alloc(0), /too few for a header length/],
    ['a header over 100 MB', hugeHeader, /claims 100000001 bytes, over the limit/],
    ['a header length with the top bit set', negativeHeader, /over the limit/],
    ['a header longer than the file', longHeader, /claims 3 bytes, the file has 2/],
    [
      'a header length and nothing after it',
      encode('', Buffer.alloc(0)).fill(1, 0, 1).subarray(0, 8),
      /the file has 0/,
    ],
    ['broken UTF-8', Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]), Buffer.from([0xff])]), /not UTF-8/],
    ['no JSON', encode('{"a":', eight), /not JSON/],
    ['an array', encode([], new Uint8Array()), /not an object/],
    ['the text null', encode('null', new Uint8Array()), /not an object/],
    ['an overlap', encode({ a: F32([1], 0, 4), b: F32([2], 0, 8) }, eight), /"b" overlaps/],
    ['a hole', encode({ a: F32([1], 4, 8) }, eight), /4 bytes before tensor "a" belong to none/],
    ['trailing bytes', encode({ a: F32([1], 0, 4) }, eight), /4 bytes follow the last tensor/],
    ['a cut-off file', encode({ a: F32([3], 0, 12) }, eight), /reaches to byte 12 of 8: the file is cut off/],
    ['a shape that does not fit', encode({ a: F32([3], 0, 8) }, eight), /needs 12 bytes, it has 8/],
    ['an overflowing shape', encode({ a: F32([2 ** 52, 2 ** 52], 0, 8) }, eight), /it has 8/],
    ['a negative extent', encode({ a: F32([-2, -1], 0, 8) }, eight), /malformed/],
    ['an unknown entry field', encode({ a: { ...F32([2], 0, 8), x: 1 } }, eight), /malformed/],
    ['offsets the wrong way round', encode({ a: F32([2], 8, 0) }, eight), /ends \(0\) before it starts/],
    ['F8', encode({ a: { dtype: 'F8_E4M3', shape: [8], data_offsets: [0, 8] } }, eight), /"F8_E4M3"; only F32/],
    ['a name of Object.prototype as dtype', encode({ a: { ...F32([2], 0, 8), dtype: 'toString' } }, eight), /only F32/],
    ['a duplicate tensor', encode('{"a":{},"\\u0061":{}}', eight), /key "a" twice/],
    ['a duplicate key inside', encode('{"a":{"dtype":"F32","dtype":"F16"}}', eight), /key "dtype" twice/],
    ['__proto__', encode('{"__proto__":{}}', new Uint8Array()), /__proto__/],
    ['__proto__ in the metadata', encode('{"__metadata__":{"__proto__":"x"}}', new Uint8Array()), /__proto__/],
    ['metadata that is no text', encode({ __metadata__: { a: 1 } }, new Uint8Array()), /not a table of texts/],
    ['NaN', encode({ a: F32([2], 0, 8) }, floats(1, Number.NaN)), /holds NaN at index 1/],
    ['infinity in F16', encode({ a: { ...F32([1], 0, 2), dtype: 'F16' } }, Buffer.from([0, 0x7c])), /holds Infinity/],
  ];
  it.each(cases)('%s', async (_, bytes, message) => {
    expect(await messageOf(bytes)).toMatch(message);
  });

  it('a folder and a missing file', async () => {
    await expect(readSafetensors(folder)).rejects.toMatchObject({ code: 'WEIGHTS_INVALID' });
    await expect(readSafetensors(join(folder, 'none'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('keys as text inside values are no duplicates', async () => {
    writeFileSync(file, encode('{"__metadata__":{"a":"\\"a\\":{","b":"{\\"a\\":1}"}}', new Uint8Array()));
    expect((await readSafetensorsContent(file)).metadata).toEqual({ a: '"a":{', b: '{"a":1}' });
  });
});

describe('reading numbers', () => {
  it('widens every finite float16 exactly, checked with DataView arithmetic of another kind', async () => {
    const patterns = Array.from({ length: 65_536 }, (_, i) => i).filter((i) => (i & 0x7c00) !== 0x7c00);
    const data = new Uint8Array(Uint16Array.from(patterns).buffer);
    writeFileSync(
      file,
      encode({ a: { dtype: 'F16', shape: [patterns.length], data_offsets: [0, data.length] } }, data),
    );
    const { values } = (await readSafetensors(file)).get('a')!;
    const bits = new DataView(new ArrayBuffer(4));
    for (const [i, pattern] of patterns.entries()) {
      // the float32 whose exponent field holds the half's, scaled by 2^112: right for normal and subnormal numbers
      bits.setUint32(0, ((pattern & 0x8000) << 16) | ((pattern & 0x7fff) << 13));
      if (values[i] !== bits.getFloat32(0) * 2 ** 112)
        expect(`${pattern}: ${values[i]}`).toBe(bits.getFloat32(0) * 2 ** 112);
    }
  });

  it('reads BF16 and tensors that start at odd places', async () => {
    const data = Buffer.concat([Buffer.from([0x80, 0x3f]), Buffer.from(floats(2.5)), Buffer.from([0x40, 0xc0])]);
    const bf16 = (start: number) => ({ dtype: 'BF16', shape: [], data_offsets: [start, start + 2] });
    writeFileSync(file, encode({ a: bf16(0), b: F32([1], 2, 6), c: bf16(6), d: F32([0, 7], 6, 6) }, data));
    const weights = await readSafetensors(file);
    expect([...weights].map(([name, { values }]) => [name, ...values])).toEqual([
      ['a', 1],
      ['b', 2.5],
      ['d'],
      ['c', -3],
    ]);
    expect(weights.get('a')!.shape).toEqual([]);
  });
});

describe('writing', () => {
  const weights = new Map<string, NamedTensor>([
    ['conv.weight', { shape: [2, 1, 1, 2], values: Float32Array.of(1, -0, 3e-40, 4) }],
    ['10', { shape: [], values: Float32Array.of(7) }],
  ]);

  it('gives back bit for bit what was written, also from a view into a larger buffer', async () => {
    const view = Float32Array.of(9, 8, 7, 6).subarray(1, 3);
    const all = new Map([...weights, ['view', { shape: [2], values: view }]]);
    await writeSafetensors(file, all, { format: 'thaw' });
    const content = await readSafetensorsContent(file);
    expect(content.metadata).toEqual({ format: 'thaw' });
    expect(new Map(content.weights)).toEqual(all);
    expect(Object.is(content.weights.get('conv.weight')!.values[1], -0)).toBe(true);
  });

  it('refuses what could not be read back and leaves the old file and no temporary one', async () => {
    await writeSafetensors(file, weights, {});
    const bad: [string, NamedTensor][] = [
      ['nan', { shape: [1], values: Float32Array.of(Number.NaN) }],
      ['shape', { shape: [2], values: Float32Array.of(1) }],
      ['__metadata__', { shape: [1], values: Float32Array.of(1) }],
      ['__proto__', { shape: [1], values: Float32Array.of(1) }],
    ];
    for (const entry of bad)
      await expect(writeSafetensors(file, new Map([entry]), {})).rejects.toMatchObject({ code: 'WEIGHTS_INVALID' });
    expect(new Map(await readSafetensors(file))).toEqual(weights);
    expect(readdirSync(folder)).toEqual(['model.safetensors']);
  });
});

/** Numerical Recipes' linear congruential generator, values in [0, 1). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function mutate(original: Buffer, random: () => number): Buffer {
  const pick = (below: number): number => Math.floor(random() * below);
  let bytes = Buffer.from(original);
  const tokens = [
    '"',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '-',
    '0',
    '9',
    '1e9',
    '__proto__',
    '\\u0061',
    'null',
    '\u0000',
    'F64',
  ];
  for (let change = pick(4); change >= 0; change--) {
    const at = pick(bytes.length);
    const kind = pick(6);
    if (kind === 0) bytes[at]! ^= 1 << pick(8);
    else if (kind === 1) bytes = bytes.subarray(0, at);
    else if (kind === 2)
      bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(tokens[pick(tokens.length)]!), bytes.subarray(at)]);
    else if (kind === 3) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + pick(8))]);
    else if (kind === 4) bytes.writeUInt8(pick(256), Math.min(pick(8), Math.max(bytes.length - 1, 0)));
    else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(pick(at + 1))]);
    if (bytes.length === 0) break;
  }
  return bytes;
}

it('fault 36: 800 seeded mutations of a good file give weights or WEIGHTS_INVALID, nothing else', async () => {
  const random = seededRandom(36);
  const good = encode(
    { __metadata__: { a: 'b' }, x: F32([2, 2], 0, 16), y: { dtype: 'F16', shape: [2], data_offsets: [16, 20] } },
    Buffer.concat([floats(1, 2, 3, 4), Buffer.from([0, 60, 0, 192])]),
  );
  const counts = { read: 0, refused: 0 };
  const messages = new Set<string>();
  for (let round = 0; round < 800; round++) {
    writeFileSync(file, mutate(good, random));
    try {
      await readSafetensors(file);
      counts.read += 1;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'WEIGHTS_INVALID') throw error;
      counts.refused += 1;
      messages.add(error.message.replace(/[0-9]+|"[^"]*"/g, '').slice(file.length, file.length + 80));
    }
  }
  expect(counts.read).toBeGreaterThan(5);
  expect(counts.refused).toBeGreaterThan(400);
  expect(messages.size).toBeGreaterThan(8);
});
