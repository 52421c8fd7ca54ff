import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findContentFault, findManifest, findSizeFault, writeManifest } from './manifest.mjs';

let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'thaw-manifest-'));
  mkdirSync(join(folder, 'lib'));
  writeFileSync(join(folder, 'lib', 'a.so'), 'abc');
  writeFileSync(join(folder, 'b.h'), '');
  symlinkSync('a.so', join(folder, 'lib', 'link.so'));
  await writeManifest(folder, 'test');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('manifest', () => {
  it('lists every regular file with its size and its sha256, without links and itself', () => {
    expect(findManifest(folder)?.files).toEqual([
      { path: 'b.h', bytes: 0, sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' },
      { path: 'lib/a.so', bytes: 3, sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' },
    ]);
    expect(findSizeFault(folder)).toBeUndefined();
  });

  it('names a file that is missing or has another size', () => {
    appendFileSync(join(folder, 'lib', 'a.so'), 'd');
    expect(findSizeFault(folder)).toBe('lib/a.so has 4 bytes instead of 3');
    rmSync(join(folder, 'lib', 'a.so'));
    expect(findSizeFault(folder)).toBe('lib/a.so is missing');
  });

  it('sees changed bytes of the same size by the checksum only', async () => {
    writeFileSync(join(folder, 'lib', 'a.so'), 'abd');
    expect(findSizeFault(folder)).toBeUndefined();
    expect(await findContentFault(folder)).toBe('lib/a.so has another sha256');
  });

  it.each([
    '',
    '{',
    'null',
    '{"format":2,"name":"x","files":[]}',
    '{"format":1,"name":"x","files":[]}',
    '{"format":1,"name":"x","files":[{}]}',
  ])('does not trust the manifest %j', (text) => {
    writeFileSync(join(folder, 'manifest.json'), text);
    expect(findSizeFault(folder)).toMatch(/missing or damaged/);
  });
});
