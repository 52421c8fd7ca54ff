import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { StageId } from '../../shared/domain/ids.ts';
import { Recipe } from '../../shared/domain/recipe.ts';
import { measureRoom, requireRoom } from './machine-room.ts';

const request = {
  backbone: 'tf_efficientnet_lite0',
  frozenThrough: StageId.parse('stem'), // 1.6 MB a photo
  recipe: Recipe.parse({}),
  classCount: 3,
  photos: 1000,
};
const plenty = { freeDiskBytes: 1e12, cachedBytes: 0, memoryBytes: 1e12 };
const noNote = (text: string): never => expect.unreachable(text);

describe('requireRoom', () => {
  it('lets a training start where there is room', () => {
    requireRoom(request, plenty, noNote);
  });

  it('refuses before the disk is full, and says what to do', () => {
    const refused = () => requireRoom(request, { ...plenty, freeDiskBytes: 1e9 }, noNote);
    expect(refused).toThrow(expect.objectContaining({ code: 'DISK_FULL' }));
    expect(refused).toThrow(/1\.6 GB of disk, 1\.0 GB are free.*Free some space/s);
  });

  it('leaves it to the engine where the cache may hold what is needed', () => {
    requireRoom(request, { ...plenty, freeDiskBytes: 1e9, cachedBytes: 2e9 }, noNote);
  });

  it('refuses where memory is short even for one photo, and tells of a batch that is too large', () => {
    const refused = () => requireRoom(request, { ...plenty, memoryBytes: 5e8 }, noNote);
    expect(refused).toThrow(expect.objectContaining({ code: 'MEMORY_SHORT' }));
    const notes: string[] = [];
    requireRoom(request, { ...plenty, memoryBytes: 2e9 }, (text) => notes.push(text));
    expect(notes).toEqual([expect.stringMatching(/Use a batch of (16|8|4|2|1)\./)]);
  });
});

describe('measureRoom', () => {
  it('counts what the cache takes, and finds disk and memory', async () => {
    const project = mkdtempSync(join(tmpdir(), 'thaw-room-'));
    onTestFinished(() => rmSync(project, { recursive: true, force: true }));
    const features = join(project, 'features');
    expect((await measureRoom({ project, features })).cachedBytes).toBe(0); // no folder yet
    mkdirSync(join(features, 'a'), { recursive: true });
    writeFileSync(join(features, 'a', 'one.shard'), new Uint8Array(1000));
    writeFileSync(join(features, 'two.json'), new Uint8Array(24));
    const room = await measureRoom({ project, features });
    expect(room.cachedBytes).toBe(1024);
    expect(room.freeDiskBytes).toBeGreaterThan(0);
    expect(room.memoryBytes).toBeGreaterThan(0);
  });
});
