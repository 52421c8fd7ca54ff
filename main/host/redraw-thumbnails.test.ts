import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it, vi } from 'vitest';
import { openClient } from './open-client.ts';

const LIMIT_MS = 600_000;
const samplePhotos = fileURLToPath(new URL('../../resources/sample/photos/Misty', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'thaw-redraw-'));
afterAll(() => rmSync(root, { recursive: true }));

const thumbs = join(root, 'project', 'thumbs');
const contents = (): ReadonlyMap<string, string> =>
  new Map(readdirSync(thumbs).map((name) => [name, readFileSync(join(thumbs, name)).toString('base64')]));

it(
  'draws thumbnails that are gone or empty again as they were, and says how many',
  async () => {
    const notes: string[] = [];
    const open = (create: boolean) =>
      openClient({ folder: join(root, 'project'), create, onNote: (text) => void notes.push(text) });
    const first = await open(true);
    await first.call('library.import', { paths: [samplePhotos], splitFromFolders: false });
    await first.close();
    const before = contents();
    expect(before.size).toBeGreaterThan(3);
    const [removed = '', emptied = ''] = [...before.keys()];
    rmSync(join(thumbs, removed));
    writeFileSync(join(thumbs, emptied), '');
    const second = await open(false);
    await vi.waitFor(() => expect(contents()).toEqual(before), { timeout: LIMIT_MS });
    await second.close();
    const third = await open(false);
    await third.close();
    expect(notes.filter((text) => text.includes('thumbnail'))).toEqual([
      '2 thumbnails were gone; they are drawn again.',
    ]);
  },
  LIMIT_MS,
);
