import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTensorFlow } from '../tensorflow/door.ts';
import { engineEnvironment, findTensorFlowStamp } from './tensorflow-stamp.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'thaw-stamp-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the stamp of the bootstrap', () => {
  it('is read as the bootstrap writes it', async () => {
    const stamp = { tensorflow: 'gpu', why: '', wanted: 'gpu', libraryPath: '/cuda/lib:/cudnn/lib', retryAtMs: 0 };
    await writeFile(join(folder, 'stamp.json'), JSON.stringify(stamp));
    expect(findTensorFlowStamp(join(folder, 'stamp.json'))).toEqual(stamp);
  });

  it.each(['', '[]', '{"tensorflow":"quantum","why":""}'])('is as good as none when it says %j', async (text) => {
    await writeFile(join(folder, 'stamp.json'), text);
    expect(findTensorFlowStamp(join(folder, 'stamp.json'))).toBeNull();
    expect(findTensorFlowStamp(join(folder, 'absent.json'))).toBeNull();
  });

  it('keeps TensorFlow from being tried where it is missing, with the reason', async () => {
    const stamp = { tensorflow: 'missing' as const, why: 'The download failed: no route.', libraryPath: '' };
    const opening = openTensorFlow({ threads: 1, stamp });
    await expect(opening).rejects.toMatchObject({ code: 'BACKEND_MISSING' });
    await expect(opening).rejects.toThrow('The download failed: no route.');
  });
});

describe('the environment of the engine', () => {
  it('finds the CUDA libraries before those of the user, and grows GPU memory as needed', () => {
    const stamp = { tensorflow: 'gpu' as const, why: '', libraryPath: '/cuda/lib' };
    const environment = engineEnvironment({ HOME: '/home/a', LD_LIBRARY_PATH: '/own' }, stamp);
    expect(environment).toEqual({
      HOME: '/home/a',
      LD_LIBRARY_PATH: '/cuda/lib:/own',
      TF_FORCE_GPU_ALLOW_GROWTH: 'true',
      NVIDIA_TF32_OVERRIDE: '0',
      GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1:glibc.malloc.arena_max=2',
    });
  });

  it('leaves the library path alone without a stamp, and TF32 and the allocator to who sets them', () => {
    const own = { NVIDIA_TF32_OVERRIDE: '1', GLIBC_TUNABLES: 'glibc.malloc.hugetlb=0' };
    expect(engineEnvironment(own, null)).toEqual({ ...own, TF_FORCE_GPU_ALLOW_GROWTH: 'true' });
  });
});
