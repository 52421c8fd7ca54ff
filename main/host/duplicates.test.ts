import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { callerOf } from '../../shared/contract/caller.ts';
import type { Client } from '../../shared/contract/commands.ts';
import { ClassName } from '../../shared/domain/ids.ts';
import { seededRandom } from '../../shared/math/random.ts';
import { openClient } from './open-client.ts';

const WIDTH = 320;
const HEIGHT = 240;
let folder = '';
let client: Client;
let notes: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'thaw-duplicates-'));
  client = await openClient({ folder: join(folder, 'project'), create: true, onNote: () => undefined });
  notes = [];
});
afterEach(async () => {
  await client.close();
  await rm(folder, { recursive: true, force: true });
});

const call = callerOf(() => client, {
  onEvent: (event) => event.kind === 'note' && notes.push(event.text),
});

/** A picture of coloured blots, another one for each seed. */
async function drawBlots(seed: number): Promise<Buffer> {
  const random = seededRandom(seed);
  const part = (most: number): number => Math.round(random() * most);
  const blots = Array.from({ length: 30 }, () => {
    const colour = `rgb(${part(255)},${part(255)},${part(255)})`;
    return `<ellipse cx="${part(WIDTH)}" cy="${part(HEIGHT)}" rx="${5 + part(50)}" ry="${5 + part(50)}" fill="${colour}"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${blots.join('')}</svg>`;
  return sharp(Buffer.from(svg)).flatten({ background: '#777' }).png().toBuffer();
}

async function put(path: string, seed: number, quality = 90): Promise<void> {
  const file = join(folder, 'photos', path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(
    file,
    await sharp(await drawBlots(seed))
      .jpeg({ quality })
      .toBuffer(),
  );
}
const importAll = (splitFromFolders = false) =>
  call('library.import', { paths: [join(folder, 'photos')], splitFromFolders });
const photosByName = async () => {
  const { photos } = await call('library.photos', { offset: 0, limit: 2000 });
  return new Map(photos.map((photo) => [photo.fileName, photo]));
};

describe('near duplicates', () => {
  it('fault 13: are found at import, stand on one side of the split, and are shown with those in two classes', async () => {
    for (let seed = 1; seed <= 12; seed += 1)
      await put(`${seed % 2 === 0 ? 'Misty' : 'Tigger'}/p-${seed * 10}.jpg`, seed);
    await put('Tigger/copy of p-10.jpg', 1, 60);
    await put('Misty/copy of p-30.jpg', 3, 60); // p-30 is Tigger
    await importAll();
    expect(notes.some((text) => text.includes('near duplicates'))).toBe(true);
    const photos = await photosByName();
    const pair = [photos.get('p-10.jpg')!, photos.get('copy of p-10.jpg')!];
    expect(pair[0]!.groupId).toBe(pair[1]!.groupId);
    expect(pair[0]!.side).toBe(pair[1]!.side);
    const health = await call('library.health', {});
    expect(health.groupCount).toBe(2);
    expect(health.groups.every(({ kind }) => kind === 'near-duplicate')).toBe(true);
    expect(health.bridges).toEqual([]);
    const conflict = ['p-30.jpg', 'copy of p-30.jpg'].map((name) => photos.get(name)!.imageId);
    expect(health.conflicts.map(({ imageIds }) => imageIds.toSorted())).toEqual([conflict.toSorted()]);
    expect(health.conflicts[0]!.classes.toSorted()).toEqual(['Misty', 'Tigger']);
    expect(health.classes.map(({ name, groups }) => [name, groups]).toSorted()).toEqual([
      ['Misty', 7], // 6 of its own, and the copy of Tigger's p-30
      ['Tigger', 6],
    ]);
  });

  it('fault 13: that folders put on two sides stay there and are told', async () => {
    for (let seed = 1; seed <= 6; seed += 1) await put(`train/${seed % 2 === 0 ? 'a' : 'b'}/p-${seed * 10}.jpg`, seed);
    await put('test/a/again.jpg', 2, 60);
    await put('test/b/p-99.jpg', 9);
    await importAll(true);
    expect(notes.some((text) => text.includes('two sides'))).toBe(true);
    const photos = await photosByName();
    expect([photos.get('p-20.jpg')!.side, photos.get('again.jpg')!.side]).toEqual(['train', 'test']);
    const { bridges } = await call('library.health', {});
    expect(bridges).toHaveLength(1);
    expect(bridges[0]!.sides.toSorted()).toEqual(['test', 'train']);
  });

  it('fault 33: stopped while they are joined, an import keeps its photos, gives them no side yet, and says what to do', async () => {
    for (let seed = 1; seed <= 4; seed += 1) await put(`Tigger/p-${seed * 10}.jpg`, seed);
    await put('Tigger/copy.jpg', 1, 60);
    const stop = new AbortController();
    const input = { paths: [join(folder, 'photos')], splitFromFolders: false };
    const stopped = await client.call('library.import', input, {
      signal: stop.signal,
      onEvent: (event) => {
        if (event.kind === 'progress' && event.progress.phase === 'joining') stop.abort();
        if (event.kind === 'note') notes.push(event.text);
      },
    });
    expect(stopped).toMatchObject({ ok: true, value: { imported: 5, cancelled: true } });
    expect(notes.join()).toMatch(/Import the same photos again/);
    expect([...(await photosByName()).values()].map(({ side }) => side)).toEqual([null, null, null, null, null]);
    await importAll();
    const photos = await photosByName();
    expect(photos.get('copy.jpg')!.groupId).toBe(photos.get('p-10.jpg')!.groupId);
    expect(photos.get('copy.jpg')!.side).toBe(photos.get('p-10.jpg')!.side);
    expect(photos.get('copy.jpg')!.side).not.toBeNull();
  });

  it('are not counted once they were taken out, and again when that is undone', async () => {
    for (let seed = 1; seed <= 4; seed += 1) await put(`Tigger/p-${seed * 10}.jpg`, seed);
    await put('Tigger/copy.jpg', 1, 60);
    await importAll();
    const copy = (await photosByName()).get('copy.jpg')!;
    await call('library.exclude', { imageIds: [copy.imageId], isExcluded: true });
    const without = await call('library.health', {});
    expect([without.groupCount, without.classes[0]!.groups]).toEqual([0, 4]);
    await call('library.undo', {});
    expect((await call('library.health', {})).groupCount).toBe(1);
  });
});

describe('a zip archive', () => {
  async function zipUp(names: readonly string[], file: string): Promise<void> {
    const zip = new ZipFile();
    for (const name of names) zip.addFile(join(folder, 'photos', name), `pets/${name}`);
    zip.end();
    await pipeline(zip.outputStream, createWriteStream(file));
  }

  it('is imported like the folder that it holds, and its photos are named by it', async () => {
    const names = ['Misty/p-20.jpg', 'Tigger/p-10.jpg', 'Tigger/p-30.jpg'];
    for (const [index, name] of names.entries()) await put(name, index + 1);
    const file = join(folder, 'all.zip');
    await zipUp(names, file);
    await writeFile(join(folder, 'no.zip'), 'not an archive');
    const summary = await call('library.import', { paths: [join(folder, 'no.zip'), file], splitFromFolders: false });
    expect(summary).toMatchObject({ found: 4, imported: 3, skipped: [{ path: join(folder, 'no.zip') }] });
    const photos = await photosByName();
    expect([...photos.values()].map(({ className }) => className).sort()).toEqual(['Misty', 'Tigger', 'Tigger']);
    const { paths } = await call('library.photo', { imageId: photos.get('p-20.jpg')!.imageId });
    expect(paths).toEqual([`${file}/pets/Misty/p-20.jpg`.replaceAll('/', sep)]);
    expect(await readdir(join(folder, 'project'))).not.toContain('unpacked');
  });

  it('fault 15: is left out as a whole where one of its names leads outside', async () => {
    await put('Tigger/p-10.jpg', 1);
    const file = join(folder, 'evil.zip');
    await zipUp(['Tigger/p-10.jpg'], file);
    const bytes = await readFile(file);
    for (let at = bytes.indexOf('pets/Tigger'); at >= 0; at = bytes.indexOf('pets/Tigger', at + 1))
      bytes.write('../../igger', at);
    await writeFile(file, bytes);
    const before = await readdir(folder);
    const summary = await call('library.import', { paths: [file], splitFromFolders: false });
    expect(summary).toMatchObject({ found: 1, imported: 0, skipped: [{ path: file }] });
    expect(await readdir(folder)).toEqual(before);
    expect(await readdir(join(folder, 'project'))).not.toContain('unpacked');
  });
});

describe('health', () => {
  it('says what a training would refuse, before it is started', async () => {
    expect(await call('library.health', {})).toMatchObject({ trainable: false, problems: ['no-classes'] });
    await put('Tigger/p-10.jpg', 1);
    await importAll();
    const one = await call('library.health', {});
    expect(one).toMatchObject({ trainable: false });
    expect(one.problems).toEqual(expect.arrayContaining(['one-class', 'class-of-one']));
  });

  it('counts photos that were labelled by hand', async () => {
    for (let seed = 1; seed <= 8; seed += 1) await put(`p-${seed * 10}.jpg`, seed);
    await importAll();
    const photos = [...(await photosByName()).values()];
    const ids = photos.map(({ imageId }) => imageId);
    await call('library.label', { imageIds: ids.slice(0, 4), className: ClassName.parse('Tigger') });
    await call('library.label', { imageIds: ids.slice(4), className: ClassName.parse('Misty') });
    const health = await call('library.health', {});
    expect(health.classes.map(({ train, val, test }) => train + val + test)).toEqual([4, 4]);
    expect(health).toMatchObject({ trainable: true, unlabelled: 0, problems: ['few-photos'] });
  });
});
