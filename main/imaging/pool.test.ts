import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sha256Hex } from '../kernel/hashing.ts';
import { mostTasksTogether } from './child-messages.ts';
import { createImagingPool, type ImagingPool } from './pool.ts';

let folder = '';
let pool: ImagingPool | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'thaw-pool-'));
});
afterEach(async () => {
  await pool?.close();
  await rm(folder, { recursive: true, force: true });
});

const request = (name: string) => ({
  kind: 'inspect' as const,
  path: join(folder, name),
  thumbnailFolder: join(folder, 'thumbs'),
  copyFolder: join(folder, 'images'),
});

/** An entry that crashes on 'crash', hangs on 'hang' and otherwise hands over to the real child. */
async function faultyEntry(): Promise<string> {
  const real = JSON.stringify(new URL('./child.ts', import.meta.url).href);
  const entry = join(folder, 'faulty.mjs');
  const faults = "if (path.endsWith('crash')) process.abort(); if (path.endsWith('hang')) for (;;);";
  const watch = `for (const { path } of requests) { ${faults} }`;
  await writeFile(entry, `process.on('message', ({ requests }) => { ${watch} }); await import(${real});`);
  return entry;
}

it('inspects a photo and writes its thumbnail and copy by hash', async () => {
  const bytes = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#884422' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  await writeFile(join(folder, 'a.png'), bytes);
  pool = createImagingPool({ processes: 1 });
  const result = await pool.inspect(request('a.png'));
  const sha256 = sha256Hex(bytes);
  const facts = {
    sha256,
    fileBytes: bytes.length,
    format: 'jpeg',
    width: 480,
    height: 640,
    exifOrientation: 6,
    copied: true,
  };
  expect(result).toMatchObject({ ok: true, value: facts });
  expect(await readFile(join(folder, 'images', sha256))).toEqual(bytes);
  expect(await sharp(join(folder, 'thumbs', `${sha256}.jpg`)).metadata()).toMatchObject({ width: 192, height: 256 });
  expect(await readdir(join(folder, 'images'))).toEqual([sha256]);
});

it('fault 8: a file that vanished is reported', async () => {
  pool = createImagingPool({ processes: 1 });
  expect(await pool.inspect(request('gone.jpg'))).toMatchObject({ ok: false, failure: { code: 'IMAGE_MISSING' } });
});

it('survives a crash and a hang of the decoder, each of which costs one photo', async () => {
  await writeFile(
    join(folder, 'good.png'),
    await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
      .png()
      .toBuffer(),
  );
  pool = createImagingPool({ processes: 1, entry: await faultyEntry(), fileLimitMs: 8000 });
  const names = ['crash', 'good.png', 'hang', 'good.png'];
  const results = await Promise.all(names.map((name) => pool!.inspect(request(name))));
  expect(results.map((result) => (result.ok ? 'ok' : result.failure.code))).toEqual([
    'DECODER_CRASHED',
    'ok',
    'IMAGE_UNREADABLE',
    'ok',
  ]);
});

it('loses no photo whose copy was still waiting for the disk when the decoder crashed on a later one', async () => {
  const picture = sharp({ create: { width: 9, height: 9, channels: 3, background: 'blue' } });
  await picture.png().toFile(join(folder, 'good.png'));
  pool = createImagingPool({ processes: 1, entry: await faultyEntry() });
  const names = Array.from({ length: mostTasksTogether + 3 }, (_, at) =>
    at === mostTasksTogether + 1 ? 'crash' : 'good.png',
  );
  const results = await Promise.all(names.map((name) => pool!.inspect(request(name))));
  const expected = names.map((name) => (name === 'crash' ? 'DECODER_CRASHED' : 'ok'));
  expect(results.map((result) => (result.ok ? 'ok' : result.failure.code))).toEqual(expected);
});

it('answers each of many photos that share messages by its own result, and takes back those whose import was stopped', async () => {
  const colours = Array.from({ length: 60 }, (_, index) => ({ r: index * 4, g: 255 - index * 4, b: 90 }));
  for (const [index, background] of colours.entries())
    if (index % 7 !== 3)
      await sharp({ create: { width: 40 + index, height: 50, channels: 3, background } })
        .toFormat(index % 2 === 0 ? 'jpeg' : 'png')
        .toFile(join(folder, `${index}`));
  pool = createImagingPool({ processes: 1 });
  const stop = new AbortController();
  const answers = colours.map((_, index) =>
    pool!.inspect(request(`${index}`), index < 50 ? {} : { signal: stop.signal }),
  );
  stop.abort();
  const told = (await Promise.all(answers)).map((result) => (result.ok ? result.value.width : result.failure.code));
  const expected = colours.map((_, index) =>
    index >= 50 ? 'CANCELLED' : index % 7 === 3 ? 'IMAGE_MISSING' : 40 + index,
  );
  expect(told).toEqual(expected);
});

it('ends what is under way when it is closed, and takes no more', async () => {
  pool = createImagingPool({ processes: 1, entry: await faultyEntry() });
  const pending = [pool.inspect(request('hang')), pool.inspect(request('good.png'))];
  await pool.close();
  pending.push(pool.inspect(request('good.png')));
  for (const result of await Promise.all(pending))
    expect(result).toMatchObject({ ok: false, failure: { code: 'CANCELLED' } });
});
