import { fstatSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeLasting, placeFile, writeFileAtomically } from './atomic-write.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'thaw-write-'));
});
afterEach(async () => await rm(folder, { recursive: true, force: true }));

it('replaces a file as a whole, makes the folder and leaves nothing else', async () => {
  const path = join(folder, 'deep', 'file');
  await writeFileAtomically(path, [Buffer.from('one')]);
  await writeFileAtomically(path, [Buffer.from('t'), Buffer.from('wo')]);
  expect(await readFile(path, 'utf8')).toBe('two');
  expect(await readdir(join(folder, 'deep'))).toEqual(['file']);
});

it('removes its temporary file when it fails', async () => {
  const path = join(folder, 'taken');
  await mkdir(join(path, 'inside'), { recursive: true });
  await expect(writeFileAtomically(path, [Buffer.from('x')])).rejects.toThrow();
  expect(await readdir(folder)).toEqual(['taken']);
});

it('places small files at once, as a whole, or nothing, and closes them when they last', async () => {
  const path = join(folder, 'deep', 'file');
  const placed = [placeFile(path, Buffer.from('one')), placeFile(path, Buffer.from('two'))];
  await makeLasting(placed);
  for (const { descriptor } of placed) expect(() => fstatSync(descriptor)).toThrow('EBADF');
  expect(await readFile(path, 'utf8')).toBe('two');
  expect(await readdir(join(folder, 'deep'))).toEqual(['file']);
  await mkdir(join(folder, 'taken', 'inside'), { recursive: true });
  expect(() => placeFile(join(folder, 'taken'), Buffer.from('x'))).toThrow();
  expect((await readdir(folder)).sort()).toEqual(['deep', 'taken']);
});
