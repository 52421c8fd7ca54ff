import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { unpackZip } from './zip.ts';

let folder = '';
let target = '';
const photo = Buffer.from('as good as a photo here');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'thaw-zip-'));
  target = join(folder, 'a', 'target');
  await mkdir(target, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type Item = { readonly name: string; readonly bytes?: Buffer; readonly mode?: number };

async function makeZip(items: readonly Item[]): Promise<string> {
  const zip = new ZipFile();
  for (const { name, bytes = photo, mode } of items) zip.addBuffer(bytes, name, mode === undefined ? {} : { mode });
  zip.end();
  const file = join(folder, 'archive.zip');
  await pipeline(zip.outputStream, createWriteStream(file));
  return file;
}

/** Writes another name of the same length over one, in the archive's list and before the content. */
async function renameInside(file: string, from: string, to: string): Promise<void> {
  const bytes = await readFile(file);
  for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + 1)) bytes.write(to, at);
  await writeFile(file, bytes);
}

const everything = async (): Promise<string[]> => (await readdir(folder, { recursive: true })).sort();
const untouched = ['a', join('a', 'target'), 'archive.zip'];

describe('unpackZip', () => {
  it('gives the folder whose subfolders are labels, also where the archive holds it as its only one', async () => {
    expect(await unpackZip(await makeZip([{ name: 'cat/1.jpg' }, { name: 'dog/1.jpg' }]), target)).toBe(target);
    expect(await readFile(join(target, 'cat', '1.jpg'))).toEqual(photo);
    await rm(target, { recursive: true });
    await mkdir(target);
    const nested = await makeZip([{ name: 'pets/cat/1.jpg' }, { name: 'pets/dog/1.jpg' }, { name: '__MACOSX/x' }]);
    expect(await unpackZip(nested, target)).toBe(join(target, 'pets'));
    await rm(target, { recursive: true });
    await mkdir(target);
    expect(await unpackZip(await makeZip([{ name: 'cat/1.jpg' }]), target)).toBe(target); // one class
  });

  it.each([
    ['a way out of the folder', 'xx/xx/evil.jpg', '../../evil.jpg'],
    ['an absolute name', 'xtmp/evil.jpg', '/tmp/evil.jpg'],
    ['a drive', 'xx/evil.jpg', 'C:/evil.jpg'],
    ['a backslash', 'xx/evil.jpg', '..\\evil.jpg'],
    ['a zero byte', 'evilx.jpg', 'evil\0.jpg'],
  ])('fault 15: refuses %s and writes nothing', async (_, harmless, evil) => {
    const file = await makeZip([{ name: 'cat/1.jpg' }, { name: harmless.padEnd(evil.length, 'g') }]);
    await renameInside(file, harmless.padEnd(evil.length, 'g'), evil);
    await expect(unpackZip(file, target)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect(await everything()).toEqual(untouched);
  });

  it('fault 15: refuses links and names that are there twice, also in another case, and writes nothing', async () => {
    const link = await makeZip([
      { name: 'cat/1.jpg' },
      { name: 'cat/link', bytes: Buffer.from('/etc'), mode: 0o120777 },
    ]);
    await expect(unpackZip(link, target)).rejects.toThrow(/link/);
    const twice = await makeZip([{ name: 'cat/1.jpg' }, { name: 'Cat/1.JPG' }]);
    await expect(unpackZip(twice, target)).rejects.toThrow(/twice/);
    expect(await everything()).toEqual(untouched);
  });

  it('fault 15: refuses a bomb by its list, and one that lies about its size while it unpacks', async () => {
    const zeros = Buffer.alloc(60_000_000);
    const bomb = await makeZip([{ name: 'cat/1.jpg', bytes: zeros }]);
    await expect(unpackZip(bomb, target)).rejects.toThrow(/60 MB/);
    expect(await everything()).toEqual(untouched);
    const liar = await makeZip([{ name: 'cat/1.jpg', bytes: Buffer.alloc(5_000_000) }]);
    const bytes = await readFile(liar);
    const size = Buffer.alloc(4);
    size.writeUInt32LE(5_000_000);
    const small = Buffer.alloc(4);
    small.writeUInt32LE(5000);
    for (let at = bytes.indexOf(size); at >= 0; at = bytes.indexOf(size, at + 1)) small.copy(bytes, at);
    await writeFile(liar, bytes);
    await expect(unpackZip(liar, target)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('fault 15: refuses what is encrypted, and what is no archive', async () => {
    const file = await makeZip([{ name: 'cat/1.jpg' }]);
    const bytes = await readFile(file);
    const central = bytes.indexOf(Buffer.from('PK\x01\x02', 'latin1'));
    bytes[central + 8]! |= 1; // the flag of encryption
    await writeFile(file, bytes);
    await expect(unpackZip(file, target)).rejects.toThrow(/encrypted/);
    await writeFile(file, 'no archive at all');
    await expect(unpackZip(file, target)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect(await everything()).toEqual(untouched);
  });

  it('stops when it is asked to', async () => {
    const file = await makeZip([{ name: 'cat/1.jpg' }]);
    await expect(unpackZip(file, target, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
