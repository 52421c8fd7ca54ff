import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeProvenFile } from './proven-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'thaw-proven-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('is judged as it lies on the disk, before it has its name', async () => {
  const path = join(folder, 'deeper', 'model.onnx');
  const prove = async (written: Uint8Array): Promise<number> => {
    expect(Buffer.from(written).toString()).toBe('a model');
    expect(await readdir(join(folder, 'deeper'))).not.toContain('model.onnx');
    return 7;
  };
  const proof = await writeProvenFile(path, Buffer.from('a model'), { prove, agrees: (found) => found === 7 });
  expect(proof).toBe(7);
  expect(await readFile(path, 'utf8')).toBe('a model');
  expect(await readdir(join(folder, 'deeper'))).toEqual(['model.onnx']);
});

it('leaves the older file and nothing else where it does not agree, or where the proof breaks off', async () => {
  const path = join(folder, 'model.onnx');
  await writeFile(path, 'the older one');
  const agrees = (): boolean => false;
  await writeProvenFile(path, Buffer.from('a worse one'), { prove: () => Promise.resolve(1), agrees });
  const prove = () => Promise.reject(new Error('stopped'));
  await expect(writeProvenFile(path, Buffer.from('another'), { prove, agrees })).rejects.toThrow('stopped');
  expect(await readFile(path, 'utf8')).toBe('the older one');
  expect(await readdir(folder)).toEqual(['model.onnx']);
});
