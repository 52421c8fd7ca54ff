import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { seededRandom } from '../../../shared/math/random.ts';
import { listParameters } from '../../../shared/networks/parameters.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { split, withClasses } from '../../../shared/networks/split.ts';
import { openTensorFlow } from '../tensorflow/door.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import { timeDecoding, timeFrozenPass, timeTrainingStep } from './measure.ts';
import { readTimings, type Timings, writeTimings } from './remember.ts';

const timings: Timings = {
  device: { executor: 'a', trainer: 'b' },
  frozen: [{ stage: 'pool1', batch: 8, seconds: 0.5 }],
  training: [],
  decodeSeconds: null,
};
const noNote = (text: string): never => expect.unreachable(text);

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'thaw-calibrating-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe('remembered timings', () => {
  it('are those of the same machine and network only', async () => {
    const folder = makeFolder();
    const place = { folder, identity: { cpu: 'one', networkId: 'lenet5' } };
    expect(await readTimings(place, noNote)).toBeNull();
    await writeTimings(place, timings);
    expect(await readTimings(place, noNote)).toEqual(timings);
    expect(await readTimings({ folder, identity: { cpu: 'two', networkId: 'lenet5' } }, noNote)).toBeNull();
  });

  it('are measured anew, with a note, where the file is damaged', async () => {
    const folder = makeFolder();
    const place = { folder, identity: 'x' };
    await writeTimings(place, timings);
    const [name] = readdirSync(join(folder, 'calibrations'));
    writeFileSync(join(folder, 'calibrations', name!), '{"formatVersion":1');
    const notes: string[] = [];
    expect(await readTimings(place, (text) => notes.push(text))).toBeNull();
    expect(notes).toEqual([expect.stringContaining('damaged')]);
  });
});

describe('measuring', () => {
  let ops: TensorOps;
  beforeAll(async () => {
    ops = await openTensorFlow({ threads: 2 });
  });
  /** Every reading is `stepMs` after the one before. */
  const clockOf = (stepMs: number) => {
    let readings = 0;
    return { now: () => stepMs * readings++, breathe: () => undefined };
  };

  it('times a step from its start to the optimizer, by the clock it is given, and leaves no tensor', async () => {
    const { suffix } = split(withClasses(findNetwork('lenet5'), 2), 'pool2');
    const random = seededRandom(1);
    const weights = new Map(
      listParameters(suffix).map(({ name, shape }) => {
        const length = shape.reduce((product, extent) => product * extent, 1);
        return [name, { shape, values: new Float32Array(length).fill(0.01) }] as const;
      }),
    );
    const before = ops.tensorCount();
    expect(await timeTrainingStep(ops, { suffix, weights, batch: 4, random }, clockOf(2000))).toBe(2);
    expect(ops.tensorCount()).toBe(before);
  });

  it('times a pass, and no decoding where there is no photo', async () => {
    const run = async (input: Float32Array) => input;
    expect(await timeFrozenPass(run, { values: new Float32Array(4), batch: 1 }, clockOf(500))).toBe(0.5);
    const { preprocessing } = findNetwork('lenet5');
    expect(await timeDecoding({ items: [], preprocessing, threads: 1 }, clockOf(1))).toBeNull();
  });
});
