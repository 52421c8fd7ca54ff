import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256OfFile } from './checked-file.ts';
import { writeSafetensors } from './safetensors.ts';
import { areKept, readVerified } from './verified-file.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'thaw-verified-'));
  file = join(folder, 'a.safetensors');
  await writeSafetensors(file, new Map([['weight', { shape: [2], values: Float32Array.of(1, 2) }]]), {});
});
afterEach(() => rmSync(folder, { recursive: true }));

const differs = (found: string): Error => new Error(`differs: ${found}`);

describe('a weights file with its hash', () => {
  it('is read once for as long as it stays the same', async () => {
    const wanted = await sha256OfFile(file);
    const first = await readVerified(file, wanted, differs);
    expect(first.get('weight')?.values).toEqual(Float32Array.of(1, 2));
    expect(areKept(first)).toBe(true);
    expect(await readVerified(file, wanted, differs)).toBe(first);
  });

  it('is looked at again after it was changed, also where its length and its time are as before', async () => {
    const wanted = await sha256OfFile(file);
    await readVerified(file, wanted, differs);
    const { atime, mtime } = statSync(file);
    const bytes = readFileSync(file);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(file, bytes);
    utimesSync(file, atime, mtime);
    await expect(readVerified(file, wanted, differs)).rejects.toThrow(await sha256OfFile(file));
  });

  it('of another hash is refused, though the file is known', async () => {
    await readVerified(file, await sha256OfFile(file), differs);
    await expect(readVerified(file, '0'.repeat(64), differs)).rejects.toThrow('differs');
  });

  it('gives way to the next one', async () => {
    const first = await readVerified(file, await sha256OfFile(file), differs);
    const other = join(folder, 'b.safetensors');
    await writeSafetensors(other, new Map([['bias', { shape: [1], values: Float32Array.of(3) }]]), {});
    const second = await readVerified(other, await sha256OfFile(other), differs);
    expect([areKept(first), areKept(second)]).toEqual([false, true]);
  });
});
