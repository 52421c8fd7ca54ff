import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callerOf } from '../../shared/contract/caller.ts';
import type { Client, CommandInput } from '../../shared/contract/commands.ts';
import type { Photo } from '../../shared/contract/library.ts';
import { mediaPath, parseMediaPath } from '../../shared/contract/media.ts';
import { AugmentationPolicy, augmentationPresets } from '../../shared/domain/augmentation.ts';
import { ClassName, Sha256 } from '../../shared/domain/ids.ts';
import { openClient } from './open-client.ts';
import { dropOldPreviews } from './previews.ts';

let folder = '';
let project = '';
let client: Client;
let photos: Photo[] = [];

const open = () => openClient({ folder: project, create: true, onNote: () => undefined });
const call = callerOf(() => client);
const colours = ['#c03020', '#30c020', '#2030c0', '#c0c020', '#20c0c0', '#808080'];
const tigger = ClassName.parse('Tigger');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'thaw-photo-commands-'));
  project = join(folder, 'project');
  const source = join(folder, 'photos');
  for (const [index, background] of colours.entries()) {
    const width = index === 0 ? 2400 : 400;
    const dot = await sharp({ create: { width: 60 + 20 * index, height: 90, channels: 3, background: 'black' } })
      .png()
      .toBuffer();
    await sharp({ create: { width, height: 300, channels: 3, background } })
      .composite([{ input: dot, left: 20 * index, top: 30 }])
      .jpeg()
      .toFile(join(await makeFolder(source), `photo ${index}.jpg`));
  }
  client = await open();
  await call('library.import', { paths: [source], splitFromFolders: false });
  photos = (await call('library.photos', { offset: 0, limit: 2000 })).photos;
});
afterAll(async () => {
  await client?.close();
  await rm(folder, { recursive: true, force: true });
});

async function makeFolder(path: string): Promise<string> {
  const { mkdir } = await import('node:fs/promises');
  await mkdir(path, { recursive: true });
  return path;
}
const fileOf = (kind: 'view' | 'preview', key: string): string => {
  const media = parseMediaPath(mediaPath(kind, key))!;
  return join(project, media.folder, media.fileName);
};

describe('photos', () => {
  it('come in pages that make up the whole, in one order', async () => {
    const first = await call('library.photos', { offset: 0, limit: 4 });
    const rest = await call('library.photos', { offset: 4, limit: 4 });
    expect(first.total).toBe(colours.length);
    expect([...first.photos, ...rest.photos]).toEqual(photos);
    expect(photos.map(({ fileName }) => fileName).sort()).toEqual(colours.map((_, index) => `photo ${index}.jpg`));
  });

  it('tell all about one, and refuse one that is not there', async () => {
    const wide = photos.find(({ fileName }) => fileName === 'photo 0.jpg')!;
    expect(await call('library.photo', { imageId: wide.imageId })).toMatchObject({
      widthPixels: 2400,
      heightPixels: 300,
      format: 'jpeg',
      paths: [join(folder, 'photos', 'photo 0.jpg')],
    });
    const stranger = Sha256.parse('0'.repeat(64));
    expect(await client.call('library.photo', { imageId: stranger })).toMatchObject({ failure: { code: 'NOT_FOUND' } });
  });

  it('have a view of at most 1600 pixels a side, made once', async () => {
    const wide = photos.find(({ fileName }) => fileName === 'photo 0.jpg')!;
    const { key } = await call('library.view', { imageId: wide.imageId });
    expect(await sharp(fileOf('view', key)).metadata()).toMatchObject({ format: 'jpeg', width: 1600, height: 200 });
    const made = await stat(fileOf('view', key));
    expect(await call('library.view', { imageId: wide.imageId })).toEqual({ key });
    expect((await stat(fileOf('view', key))).ino).toBe(made.ino);
  });
});

describe('an import of files that are no photos', () => {
  it('fault 33: keeps the list of what it left out at one stroke, so that a stop is not held up by it', async () => {
    const files = 400;
    const source = await makeFolder(join(folder, 'no photos'));
    for (let index = 0; index < files; index += 1) await writeFile(join(source, `${index}.txt`), `text ${index}`);
    await client.close(); // the log is empty after it
    client = await open();
    const { skipped } = await call('library.import', { paths: [source], splitFromFolders: false });
    expect(skipped).toHaveLength(files);
    const { size } = await stat(join(project, 'thaw.sqlite-wal'));
    const writtenPages = size / 4096;
    expect(writtenPages).toBeLessThan(files / 2); // a page at least for each, where each is a transaction of its own
  });
});

describe('labels', () => {
  it('can be undone and done again after the project was closed and opened', async () => {
    const imageIds = photos.slice(0, 2).map(({ imageId }) => imageId);
    await call('library.label', { imageIds, className: tigger });
    expect(await call('library.classes', {})).toEqual({ classes: [{ name: 'Tigger', colour: null, photos: 2 }] });
    await client.close();
    client = await open();
    const { done } = await call('library.undo', {});
    expect(done).toEqual({ kind: 'label', photos: 2, className: 'Tigger' });
    expect(await call('library.classes', {})).toEqual({ classes: [] });
    await client.close();
    client = await open();
    await call('library.redo', {});
    const { classes } = await call('library.classes', {});
    expect(classes).toEqual([{ name: 'Tigger', colour: null, photos: 2 }]);
  });

  it('of photos that were taken out count neither in the summary nor in training', async () => {
    const imageIds = [photos[0]!.imageId];
    await call('library.exclude', { imageIds, isExcluded: true });
    expect((await call('project.summary', {})).images).toBe(colours.length - 1);
    await call('library.undo', {});
    expect((await call('project.summary', {})).images).toBe(colours.length);
  });
});

describe('previews of augmentation', () => {
  const ask = (changes: Partial<CommandInput<'augment.preview'>> = {}) => ({
    imageIds: [photos[1]!.imageId],
    policy: augmentationPresets.photo,
    seed: 3,
    count: 12,
    cropSize: 96,
    extreme: null,
    ...changes,
  });

  it('are pictures of the crop size, the same for the same seed, with what was drawn', async () => {
    const { pictures } = await call('augment.preview', ask());
    expect(pictures).toHaveLength(12);
    for (const { key } of pictures)
      expect(await sharp(fileOf('preview', key)).metadata()).toMatchObject({ format: 'webp', width: 96, height: 96 });
    expect(new Set(pictures.map(({ key }) => key)).size).toBe(12);
    expect(pictures.some(({ parameters }) => parameters.some(({ name }) => name === 'mirror'))).toBe(true);
    expect(await call('augment.preview', ask())).toEqual({ pictures });
    const others = await call('augment.preview', ask({ seed: 4 }));
    expect(others.pictures.map(({ parameters }) => parameters)).not.toEqual(
      pictures.map(({ parameters }) => parameters),
    );
  });

  it('show one distortion at its ends and nothing else', async () => {
    const policy = AugmentationPolicy.parse({
      ...augmentationPresets.photo,
      rotation: { probability: 1, maxDegrees: 20 },
    });
    for (const [end, value] of [
      ['low', -20],
      ['high', 20],
    ] as const) {
      const { pictures } = await call('augment.preview', ask({ policy, count: 1, extreme: { name: 'rotation', end } }));
      const drawn = pictures[0]!.parameters.filter(({ name }) => !name.startsWith('crop'));
      expect(drawn).toEqual([{ name: 'rotation', value, unit: '°' }]);
    }
    const unknown = await client.call('augment.preview', ask({ extreme: { name: '__proto__', end: 'low' } }));
    expect(unknown).toMatchObject({ ok: false, failure: { code: 'INVALID_INPUT' } });
  });

  it.each([
    'crop',
    'mirrorProbability',
    'flipProbability',
    'shear',
    'zoom',
    'perspective',
    'warp',
    'erasing',
    'channelShift',
    'brightness',
    'contrast',
    'saturation',
    'hue',
    'pcaColour',
    'blur',
    'noise',
    'jpeg',
  ])('differ between the two ends of %s', async (name) => {
    const policy = AugmentationPolicy.parse({
      crop: { kind: 'random', minArea: 0.2, maxArea: 0.8, minAspect: 0.8, maxAspect: 1.25 },
    });
    const look = async (end: 'low' | 'high') => {
      const { pictures } = await call('augment.preview', ask({ policy, count: 1, extreme: { name, end } }));
      return await sharp(fileOf('preview', pictures[0]!.key)).raw().toBuffer();
    };
    expect(await look('low')).not.toEqual(await look('high'));
  });

  it('of an older call end as cancelled when a newer one comes, and the newer one is answered', async () => {
    const many = ask({ imageIds: photos.map(({ imageId }) => imageId), count: 24, seed: 77, cropSize: 224 });
    const older = client.call('augment.preview', many);
    const newer = client.call('augment.preview', ask({ seed: 78, count: 2 }));
    expect(await older).toMatchObject({ ok: false, failure: { code: 'CANCELLED' } });
    expect(await newer).toMatchObject({ ok: true });
  });

  it('take the colours of the training photos, which are those of their pixels', async () => {
    await call('library.label', { imageIds: photos.map(({ imageId }) => imageId), className: tigger });
    const axes = await call('augment.axes', { source: 'training-photos' });
    const train = (await call('library.photos', { offset: 0, limit: 10 })).photos.filter(
      ({ side }) => side === 'train',
    );
    expect(axes.photos).toBe(train.length);
    const means = await Promise.all(
      train.map(async ({ imageId }) => {
        const { channels } = await sharp(join(project, 'thumbs', `${imageId}.jpg`)).stats();
        return channels.map(({ mean }) => mean / 255);
      }),
    );
    axes.mean.forEach((mean, channel) => {
      const expected = means.reduce((sum, row) => sum + row[channel]!, 0) / means.length;
      expect(Math.abs(mean - expected)).toBeLessThan(0.02); // every few pixels are looked at
    });
    const policy = AugmentationPolicy.parse({
      pcaColour: { probability: 1, deviation: 0.1, source: 'training-photos' },
    });
    expect((await call('augment.preview', ask({ policy, count: 2 }))).pictures).toHaveLength(2);
  });

  it('can be laid side by side in one PNG, without a project too', async () => {
    const output = join(folder, 'sheet.png');
    const alone = await openClient({ folder: null, create: false });
    const path = join(folder, 'photos', 'photo 1.jpg');
    const request = { path, output, policy: augmentationPresets.light, seed: 0, count: 5, cropSize: 64 };
    expect(await alone.call('augment.sheet', request)).toMatchObject({ ok: true, value: { columns: 3 } });
    await alone.close();
    expect(await sharp(output).metadata()).toMatchObject({ format: 'png', width: 3 * 72 + 8, height: 2 * 72 + 8 });
  });
});

describe('the folder of previews', () => {
  it('drops the pictures looked at longest ago until the others fit, and never one of this minute', async () => {
    const previews = await mkdtemp(join(folder, 'previews-'));
    const now = new Date('2026-05-01T12:00:00Z');
    for (const [name, minutes] of [
      ['old', 30],
      ['older', 60],
      ['new', 0],
    ] as const) {
      const at = new Date(now.getTime() - minutes * 60_000);
      await writeFile(join(previews, name), Buffer.alloc(1000));
      await utimes(join(previews, name), at, at);
    }
    expect(await dropOldPreviews(previews, { mostBytes: 2500, now })).toBe(1000);
    expect((await readdir(previews)).sort()).toEqual(['new', 'old']);
    expect(await dropOldPreviews(previews, { mostBytes: 0, now })).toBe(1000);
    expect(existsSync(join(previews, 'new'))).toBe(true);
  });

  it('fault 40: pictures of a time that is still to come, since the clock was set back, go first', async () => {
    const previews = await mkdtemp(join(folder, 'previews-'));
    const now = new Date('2026-05-01T12:00:00Z');
    for (const [name, minutes] of [
      ['tomorrow', 24 * 60],
      ['in a second', 1 / 60],
      ['old', -30],
    ] as const) {
      const at = new Date(now.getTime() + minutes * 60_000);
      await writeFile(join(previews, name), Buffer.alloc(1000));
      await utimes(join(previews, name), at, at);
    }
    expect(await dropOldPreviews(previews, { mostBytes: 2000, now })).toBe(1000);
    expect((await readdir(previews)).sort()).toEqual(['in a second', 'old']);
    expect(await dropOldPreviews(previews, { mostBytes: 0, now })).toBe(1000);
    expect(await readdir(previews)).toEqual(['in a second']);
  });
});
