import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NamedTensor } from '../../../shared/networks/network.ts';
import { readLatestCheckpoint, writeCheckpoint } from './checkpoint.ts';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'thaw-run-')), 'run');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

const tensorsOf = (epoch: number) =>
  new Map<string, NamedTensor>([
    ['model/head.weight', { shape: [2, 2], values: Float32Array.of(epoch, 1 / 3, -0, 4e-42) }],
    ['optimizer/momentum/head.weight', { shape: [2, 2], values: Float32Array.of(1, 2, 3, epoch) }],
  ]);
const stateOf = (epoch: number) => ({
  seed: 7,
  learningRate: 0.1 / 3,
  history: [{ epoch, lossNats: 0.3 }],
  best: null,
});
const write = (epoch: number) =>
  writeCheckpoint(folder, { epoch, tensors: tensorsOf(epoch), state: stateOf(epoch) }, { reserveBytes: 0 });
const expectLatest = async (epoch: number | null, rejected: readonly number[]) => {
  const reading = await readLatestCheckpoint(folder);
  expect(reading.rejected.map((one) => one.epoch)).toEqual(rejected);
  if (epoch === null) expect(reading.checkpoint).toBeNull();
  else {
    expect(reading.checkpoint!.epoch).toBe(epoch);
    expect(new Map(reading.checkpoint!.tensors)).toEqual(tensorsOf(epoch));
    expect(reading.checkpoint!.state).toEqual(stateOf(epoch));
  }
  return reading.rejected.map((one) => one.reason).join('\n');
};
const flip = (name: string, at: number) => {
  const bytes = readFileSync(join(folder, name));
  bytes[at]! ^= 1;
  writeFileSync(join(folder, name), bytes);
};

describe('checkpoints', () => {
  it('come back bit for bit, and the last two are kept', async () => {
    await expectLatest(null, []);
    for (const epoch of [1, 2, 9, 10]) {
      await write(epoch);
      await expectLatest(epoch, []);
    }
    expect(readdirSync(folder)).toEqual([
      'checkpoint-10.json',
      'checkpoint-10.safetensors',
      'checkpoint-9.json',
      'checkpoint-9.safetensors',
    ]);
  });

  it('fault 24: any flipped bit of the tensors falls back to the one before and says so', async () => {
    await write(1);
    await write(2);
    const name = 'checkpoint-2.safetensors';
    for (let at = 0; at < statSync(join(folder, name)).size; at += 7) {
      flip(name, at);
      expect(await expectLatest(1, [2])).toContain(name);
      flip(name, at);
    }
    await expectLatest(2, []);
  });

  it('fault 24: so does any flipped bit of the manifest', async () => {
    await write(1);
    await write(2);
    const name = 'checkpoint-2.json';
    for (let at = 0; at < statSync(join(folder, name)).size; at += 1) {
      flip(name, at);
      expect(await expectLatest(1, [2])).toContain(name);
      flip(name, at);
    }
  });

  it('fault 23: a missing manifest, tensors cut off or gone, or nested nonsense fall back too', async () => {
    const faults: [string, () => void][] = [
      ['not completed', () => rmSync(join(folder, 'checkpoint-2.json'))],
      ['bytes instead of', () => truncateSync(join(folder, 'checkpoint-2.safetensors'), 50)],
      ['is missing', () => rmSync(join(folder, 'checkpoint-2.safetensors'))],
      ['not JSON', () => truncateSync(join(folder, 'checkpoint-2.json'), 50)],
      [
        'not a manifest',
        () => writeFileSync(join(folder, 'checkpoint-2.json'), `${'['.repeat(1e5)}${']'.repeat(1e5)}`),
      ],
    ];
    for (const [reason, inject] of faults) {
      await write(1);
      await write(2);
      inject();
      expect(await expectLatest(1, [2])).toContain(reason);
      await write(2);
      await expectLatest(2, []);
      rmSync(folder, { recursive: true });
    }
  });

  it('fault 23: a write that was killed leaves the one before, and its rests go with the next write', async () => {
    await write(1);
    writeFileSync(join(folder, 'checkpoint-2.safetensors.0a1b2c3d-0000-4000-8000-000000000000.tmp'), 'half');
    writeFileSync(join(folder, 'checkpoint-2.safetensors'), 'tensors without their manifest');
    await expectLatest(1, [2]);
    await write(2);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    await expectLatest(2, []);
  });

  it('writing an epoch again after a fallback gives up the later ones', async () => {
    for (const epoch of [4, 5]) await write(epoch);
    await write(3);
    await expectLatest(3, []);
  });

  it('fault 31: weights that are not finite are refused and the last good ones stay', async () => {
    await write(1);
    const tensors = new Map([['w', { shape: [1], values: Float32Array.of(Number.NaN) }]]);
    await expect(writeCheckpoint(folder, { epoch: 2, tensors, state: null })).rejects.toMatchObject({
      code: 'WEIGHTS_INVALID',
    });
    await expectLatest(1, []);
  });

  it('fault 25: is refused before writing when the disk is too full for it', async () => {
    await write(1);
    const checkpoint = { epoch: 2, tensors: tensorsOf(2), state: null };
    await expect(writeCheckpoint(folder, checkpoint, { reserveBytes: 1e18 })).rejects.toMatchObject({
      code: 'DISK_FULL',
    });
    await expectLatest(1, []);
  });
});
