/** Files that are well-formed and meant to exhaust whoever reads them. */
import { describe, expect, it } from 'vitest';
import { type ByteSource, budgeted } from './byte-source.ts';
import { readPickle } from './pickle.ts';

const nothing = { globals: new Map(), persistent: () => null };

describe('a pickle that goes on and on', () => {
  it.each([
    ['of values that are left on the stack', [0x4e]],
    ['of things to remember', [0x4e, 0x94, 0x30]],
    ['of opened marks', [0x28]],
    ['of empty lists', [0x5d]],
  ])('%s is refused before it takes many times its size', (_what, part) => {
    const bytes = new Uint8Array(30_000_000);
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = part[at % part.length]!;
    expect(() => readPickle(bytes, 0, nothing)).toThrow(/too many|too deeply/);
  });
});

describe('tables that lead over the same bytes again and again', () => {
  it('may be read for so many bytes in all, and tensors after them for any number', async () => {
    const read = async (_start: number, length: number) => new Uint8Array(length);
    const whole: ByteSource = { file: 'hostile.h5', bytes: 100, read, close: async () => undefined };
    const { source, lift } = budgeted(whole, 250);
    await source.read(0, 100);
    await source.read(0, 100);
    expect(() => source.read(0, 100)).toThrow(/again and again/);
    lift();
    await source.read(0, 100);
  });
});
