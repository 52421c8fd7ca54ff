import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Progress } from '../../shared/contract/progress.ts';
import { seededRandom } from '../../shared/math/random.ts';
import { decodeImage } from '../imaging/decode.ts';
import { lookOf } from '../imaging/look.ts';
import { findSharedFolder } from '../imaging/testing-shared.ts';
import { type Candidate, confirmAlike, findNearDuplicates } from './near-duplicates.ts';

const shared = findSharedFolder('data', 'cats-dogs');
const EVERY = 3; // of 1,399 photos; all of them and 1,397 others give the same, in ten times the time
const REPEATED = ['dog.180.jpg', 'dog.74.jpg']; // the one picture that the set holds twice
const random = seededRandom(20260501);

type Photo = { readonly name: string; readonly bytes: Buffer; readonly look: Uint8Array };
type Spoil = (bytes: Buffer, size: { readonly width: number; readonly height: number }) => Promise<Buffer>;

const lookAt = async (bytes: Buffer): Promise<Uint8Array> =>
  lookOf(await decodeImage(bytes, { shrinkToShortSide: 256 }));

async function readPhotos(): Promise<Photo[]> {
  const photos: Photo[] = [];
  for (const side of ['cat', 'dog']) {
    const names = (await readdir(join(shared!, side))).sort();
    const chosen = names.filter((name, index) => index % EVERY === 0 || REPEATED.includes(name));
    for (const name of chosen) {
      const bytes = await readFile(join(shared!, side, name));
      photos.push({ name, bytes, look: await lookAt(bytes) });
    }
  }
  return photos;
}

const candidate = (imageId: string, look: Uint8Array, changes: Partial<Candidate> = {}): Candidate => ({
  ...{ imageId, look, takenAt: null, path: null, isNew: true },
  ...changes,
});

const cropTo =
  (fraction: number): Spoil =>
  async (bytes, size) => {
    const width = Math.round(size.width * fraction);
    const height = Math.round(size.height * fraction);
    const left = Math.floor(random() * (size.width - width));
    const top = Math.floor(random() * (size.height - height));
    return sharp(bytes).extract({ left, top, width, height }).jpeg({ quality: 85 }).toBuffer();
  };

const grain = Int8Array.from({ length: 65_537 }, () => Math.round((random() + random() - 1) * 40)); // 16 grey levels deviation

const noisy: Spoil = async (bytes) => {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  const start = Math.floor(random() * grain.length);
  const grainy = Uint8ClampedArray.from(data, (value, at) => value + grain[(start + at) % grain.length]!);
  const { width, height, channels } = info;
  return sharp(grainy, { raw: { width, height, channels } }).jpeg().toBuffer();
};

/** The next frame of a burst: moved, turned a little, in another light. */
const nextFrame: Spoil = async (bytes, size) => {
  const moved = await cropTo(0.95)(bytes, size);
  return sharp(moved)
    .rotate((random() - 0.5) * 2, { background: '#808080' })
    .modulate({ brightness: 0.9 + 0.2 * random() })
    .jpeg({ quality: 80 })
    .toBuffer();
};

async function spoilAll(photos: readonly Photo[], spoil: Spoil): Promise<Uint8Array[]> {
  const looks: Uint8Array[] = [];
  for (const { bytes } of photos) {
    const { width, height } = await sharp(bytes).metadata();
    looks.push(await lookAt(await spoil(bytes, { width, height })));
  }
  return looks;
}

describe.runIf(shared !== null)('findNearDuplicates on photos', async () => {
  const photos = shared === null ? [] : await readPhotos();
  const originals = photos.map(({ name, look }) => candidate(name, look, { isNew: false }));
  const some = photos.filter((_, index) => index % 8 === 0 && !REPEATED.includes(photos[index]!.name));

  /** How many of `some` were found again, and how many pairs are wrong. */
  async function findAgain(spoil: Spoil) {
    const looks = await spoilAll(some, spoil);
    const copies = some.map(({ name }, index) => candidate(`${name} copy`, looks[index]!));
    const pairs = await findNearDuplicates([...originals, ...copies]);
    const right = pairs.filter(({ first, second }) => second === `${first} copy`).length;
    return { recall: right / some.length, wrong: pairs.length - right };
  }

  it('joins no two different photos, and finds the one that is there twice', async () => {
    const pairs = await findNearDuplicates(photos.map(({ name, look }) => candidate(name, look)));
    expect(pairs.map(({ first, second, kind }) => [first, second, kind])).toEqual([[...REPEATED, 'near-duplicate']]);
  });

  it.each<[string, number, Spoil]>([
    ['compressed again', 1, (bytes) => sharp(bytes).jpeg({ quality: 50 }).toBuffer()],
    [
      'at half the size',
      1,
      (bytes, { width }) =>
        sharp(bytes)
          .resize(Math.ceil(width / 2))
          .jpeg()
          .toBuffer(),
    ],
    ['a third brighter', 0.95, (bytes) => sharp(bytes).linear(1.33, 0).jpeg().toBuffer()],
    ['with noise', 0.95, noisy],
    ['cropped to nine tenths', 0.85, cropTo(0.9)],
    ['moved and turned', 0.85, nextFrame],
  ])(
    'finds photos again that come %s (at least %f of them), and nothing wrong',
    async (_, least, spoil) => {
      const { recall, wrong } = await findAgain(spoil);
      expect(wrong).toBe(0);
      expect(recall).toBeGreaterThanOrEqual(least);
    },
    60_000,
  );

  it('takes more frames of a burst for one where the clock or the file names say so', async () => {
    const looks = await spoilAll(some, nextFrame);
    const time = (index: number, second: number): string =>
      new Date(Date.UTC(2026, 4, 1, 0, index, second)).toISOString().slice(0, 19);
    const frames = some.flatMap(({ name, look }, index) => [
      candidate(`a ${name}`, look, { takenAt: time(index, 0) }),
      candidate(`b ${name}`, looks[index]!, { takenAt: time(index, 2) }),
    ]);
    const pairs = await findNearDuplicates(frames);
    expect(pairs.filter(({ first, second }) => first.slice(2) !== second.slice(2))).toEqual([]);
    expect(pairs.every(({ kind }) => kind === 'burst')).toBe(true);
    expect(pairs.length / some.length).toBeGreaterThanOrEqual(0.9);
  });

  it('joins no different photos because their files are numbered one after the other', async () => {
    const numbered = photos
      .filter(({ name }) => name !== REPEATED[0])
      .map(({ name, look }, index) => candidate(name, look, { path: `/card/IMG_${1000 + index}.JPG` }));
    const pairs = await findNearDuplicates(numbered);
    expect(pairs).toEqual([]);
  });
});

describe('findNearDuplicates', () => {
  const waves = (phase: number): Uint8Array =>
    Uint8Array.from({ length: 1024 }, (_, at) => {
      const [x, y] = [at % 32, Math.floor(at / 32)];
      return Math.round(128 + 60 * Math.sin(x / (2 + phase) + phase) * Math.cos((y * (1 + phase)) / 5));
    });

  it('does not look for pairs of two photos that were there before', async () => {
    const old = ['a', 'b'].map((id) => candidate(id, waves(0), { isNew: false }));
    expect(await findNearDuplicates(old)).toEqual([]);
    const pairs = await findNearDuplicates([...old, candidate('c', waves(0))]);
    expect(pairs.map(({ first, second }) => first + second)).toEqual(['ac', 'bc']);
    expect(pairs[0]!.likeness).toBeCloseTo(1, 3);
  });

  it('joins no flat pictures, though all of them are alike', async () => {
    const flat = ['a', 'b', 'c'].map((id, index) => candidate(id, new Uint8Array(1024).fill(80 * index)));
    expect(await findNearDuplicates(flat)).toEqual([]);
  });

  it('stops when it is asked to', async () => {
    const stop = AbortSignal.abort();
    const same = ['a', 'b'].map((id) => candidate(id, waves(0)));
    await expect(findNearDuplicates(same, { signal: stop })).rejects.toThrow();
  });

  it('confirms pairs that features suggest only where the looks agree, and passes over ids that it does not know', async () => {
    const photos = [candidate('a', waves(0)), candidate('b', waves(0)), candidate('c', waves(2))];
    const suggested = ['ab', 'ac', 'ax'].map(([first, second]) => ({ first: first!, second: second! }));
    const pairs = await confirmAlike(photos, suggested);
    expect(pairs.map(({ first, second }) => first + second)).toEqual(['ab']);
  });
});

describe('findNearDuplicates among photos that all look alike', () => {
  /** One outline, and a texture of its own on it, as of scans of one form. */
  const scan = (seed: number, strength = 60): Uint8Array => {
    const draw = seededRandom(seed);
    return Uint8Array.from({ length: 1024 }, (_, at) => {
      const [x, y] = [at % 32, Math.floor(at / 32)];
      return Math.round(128 + 60 * Math.sin(x / 9) * Math.cos(y / 7) + strength * (draw() - 0.5));
    });
  };
  const COPIES = 200;

  it('joins copies of one photo through each other, without comparing each with all', async () => {
    const copies = Array.from({ length: COPIES }, (_, at) => candidate(`copy ${String(at).padStart(3, '0')}`, scan(1)));
    const pairs = await findNearDuplicates(copies);
    expect(pairs.length).toBeLessThan((COPIES * (COPIES - 1)) / 2);
    const group = new Map(copies.map(({ imageId }) => [imageId, imageId]));
    const rootOf = (id: string): string => (group.get(id) === id ? id : rootOf(group.get(id)!));
    for (const { first, second } of pairs) group.set(rootOf(first), rootOf(second));
    expect(new Set(copies.map(({ imageId }) => rootOf(imageId))).size).toBe(1);
  });

  it('finds the one that is there twice among hundreds of the same outline', async () => {
    const scans = Array.from({ length: 400 }, (_, at) => candidate(String(at).padStart(3, '0'), scan(at + 10)));
    const again = candidate(
      'again',
      scan(10 + 123).map((value) => value * 0.8 + 10),
    ); // in another light
    const pairs = await findNearDuplicates([...scans, again]);
    expect(pairs.map(({ first, second }) => [first, second])).toEqual([['123', 'again']]);
  });
});

describe('findNearDuplicates of thousands', () => {
  const random = seededRandom(9);
  const blotted = (): Uint8Array => {
    const cells = Array.from({ length: 36 }, () => random() * 255);
    return Uint8Array.from(
      { length: 1024 },
      (_, at) => cells[((at >> 5) % 6) + 6 * ((at & 31) % 6)]! * 0.3 + cells[Math.floor(at / 171)]! * 0.7,
    );
  };
  const many = Array.from({ length: 3000 }, (_, at) => candidate(String(at), blotted()));

  it('tells how far it is, photo by photo, and how long it will take', async () => {
    const told: Progress[] = [];
    await findNearDuplicates(many.slice(0, 600), { onProgress: (progress) => told.push(progress) });
    expect(told[0]).toMatchObject({ phase: 'joining', done: 0, total: 600 });
    expect(told.at(-1)).toMatchObject({ phase: 'joining', done: 600, total: 600, secondsLeft: 0 });
    expect(told.map(({ done }) => done)).toEqual(told.map(({ done }) => done).toSorted((a, b) => a - b));
  });

  it('fault 33: stops within two seconds, in the middle', async () => {
    const stop = new AbortController();
    let abortedMs = 0;
    const onProgress = ({ done }: Progress): void => {
      if (done < 300 || abortedMs > 0) return;
      abortedMs = performance.now();
      stop.abort();
    };
    await expect(findNearDuplicates(many, { signal: stop.signal, onProgress })).rejects.toThrow();
    expect(performance.now() - abortedMs).toBeLessThan(2000);
  });
});
