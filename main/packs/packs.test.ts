import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { Sha256 } from '../../shared/domain/ids.ts';
import { seededRandom } from '../../shared/math/random.ts';
import { openPack } from './read-pack.ts';
import { packIdOf, writePack } from './write-pack.ts';

const hashOf = (bytes: Uint8Array | string): Sha256 => Sha256.parse(createHash('sha256').update(bytes).digest('hex'));
const photo = Buffer.from('the bytes of a photo');
const imagePath = `images/${hashOf(photo)}`;
const head = { name: 'cats', classes: [], photos: [], runs: [] };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'thaw-packs-'));
  writeFileSync(join(folder, 'photo.jpg'), photo);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const inside = (name: string): string => join(folder, name);
const write = (name = 'a.thawpack') =>
  writePack(inside(name), { ...head, files: [{ source: inside('photo.jpg'), path: imagePath }] });

describe('a pack', () => {
  it('gives back what went in, and the same content is the same pack', async () => {
    const [first, second] = [await write('a.thawpack'), await write('b.thawpack')];
    expect(second.packId).toBe(first.packId);
    expect(readFileSync(inside('a.thawpack')).equals(readFileSync(inside('b.thawpack')))).toBe(true);
    const pack = await openPack(inside('a.thawpack'));
    expect(pack.packId).toBe(first.packId);
    expect(packIdOf(pack.manifest)).toBe(first.packId);
    await pack.extract(pack.manifest.files[0]!, inside('out'));
    expect(readFileSync(inside('out')).equals(photo)).toBe(true);
    pack.close();
  });

  it('is not made of a file that is gone, and nothing of it is left', async () => {
    rmSync(inside('photo.jpg'));
    await expect(write()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(existsSync(inside('a.thawpack'))).toBe(false);
  });

  it('that is not there, or no zip, is refused in words', async () => {
    await expect(openPack(inside('none'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(openPack(inside('photo.jpg'))).rejects.toThrow(/[^.]\. Have it made again\.$/);
  });

  it('whose file is not what its manifest says is found out on the way, and the file is not left behind', async () => {
    await write();
    const bytes = readFileSync(inside('a.thawpack'));
    bytes[bytes.indexOf(photo)]! ^= 1;
    writeFileSync(inside('bad.thawpack'), bytes);
    const pack = await openPack(inside('bad.thawpack'));
    await expect(pack.extract(pack.manifest.files[0]!, inside('out'))).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect(existsSync(inside('out'))).toBe(false);
    pack.close();
  });
});

type Entry = { readonly path: string; readonly bytes: Buffer; readonly mode?: number; readonly compress?: boolean };

/** A zip file of any content; yazl refuses bad names, so those are written into the bytes afterwards. */
async function craft(entries: readonly Entry[], rename: readonly [string, string][] = []): Promise<string> {
  const zip = new ZipFile();
  for (const { path, bytes, mode = 0o100644, compress = false } of entries)
    zip.addBuffer(bytes, path, { mode, compress, mtime: new Date(0) });
  zip.end();
  const file = inside('crafted.thawpack');
  await pipeline(zip.outputStream, createWriteStream(file));
  let text = readFileSync(file).toString('latin1');
  for (const [from, to] of rename) text = text.replaceAll(from, to);
  writeFileSync(file, Buffer.from(text, 'latin1'));
  return file;
}

function noZip(): string {
  writeFileSync(inside('x'), 'hello');
  return inside('x');
}

const manifestOf = (change: Record<string, unknown> = {}): Entry => {
  const files = [{ path: imagePath, bytes: photo.length, sha256: hashOf(photo) }];
  const text = JSON.stringify({ format: 'thaw-pack', formatVersion: 1, ...head, files, ...change });
  return { path: 'manifest.json', bytes: Buffer.from(text) };
};
const image: Entry = { path: imagePath, bytes: photo };
const listing = (path: string, bytes = photo) => ({ files: [{ path, bytes: bytes.length, sha256: hashOf(bytes) }] });

describe('fault 15: a pack from outside', () => {
  it.each<[string, () => Promise<string>, RegExp]>([
    ['no zip at all', async () => noZip(), /./],
    ['without a manifest first', () => craft([image, manifestOf()]), /does not begin with/],
    [
      'with a manifest that is no JSON',
      () => craft([{ path: 'manifest.json', bytes: Buffer.from('{') }, image]),
      /not JSON/,
    ],
    ['of another version', () => craft([manifestOf({ formatVersion: 2 }), image]), /not one of this version/],
    [
      'with a file that its manifest does not name',
      () => craft([manifestOf({ files: [] }), image]),
      /not in its manifest/,
    ],
    ['with a file less', () => craft([manifestOf()]), /missing/],
    [
      'with a file of another size',
      () => craft([manifestOf(), { ...image, bytes: Buffer.from('short') }]),
      /another size/,
    ],
    ['with a file twice', () => craft([manifestOf(), image, image]), /twice/],
    ['with a link', () => craft([manifestOf(), { ...image, mode: 0o120777 }]), /link/],
    [
      'with a bomb',
      () =>
        craft([
          manifestOf(listing(imagePath, Buffer.alloc(1e6))),
          { ...image, bytes: Buffer.alloc(1e6), compress: true },
        ]),
      /compressed/,
    ],
    [
      'that climbs out of its folder',
      () => craft([manifestOf(listing('images/../../../../etc/passwd')), image]),
      /not one of this version/,
    ],
    [
      'that climbs out by the name of an entry',
      () => craft([manifestOf(), image], [[imagePath, `../${imagePath.slice(3)}`]]),
      /./,
    ],
    ['with an absolute path', () => craft([manifestOf(listing('/etc/passwd')), image]), /not one of this version/],
    [
      'with a prototype for a key',
      () =>
        craft([
          { path: 'manifest.json', bytes: Buffer.from(manifestOf().bytes.toString().replace('"name"', '"__proto__"')) },
          image,
        ]),
      /not one of this version/,
    ],
  ])('%s is refused, and nothing is written', async (_, make, why) => {
    const file = await make();
    const opened = openPack(file).then((pack) => pack.close());
    await expect(opened).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(why) });
  });

  it('damaged at 300 places gives its content or a refusal, nothing else', async () => {
    await write();
    const good = readFileSync(inside('a.thawpack'));
    const random = seededRandom(11);
    let refused = 0;
    for (let round = 0; round < 300; round += 1) {
      const bytes = Buffer.from(good);
      for (let flips = 0; flips < 1 + (round % 4); flips += 1)
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      writeFileSync(
        inside('fuzzed'),
        round % 10 === 0 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes,
      );
      try {
        const pack = await openPack(inside('fuzzed'));
        for (const file of pack.manifest.files) await pack.extract(file, inside('out')).finally(() => pack.close());
        expect(readFileSync(inside('out')).equals(photo)).toBe(true);
      } catch (error) {
        expect(error).toMatchObject({ code: 'INVALID_INPUT' });
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(100);
  });
});
