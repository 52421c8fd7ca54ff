import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { AppError } from '../../../../shared/contract/errors.ts';
import { type Random, seededRandom } from '../../../../shared/math/random.ts';
import { DamagedFile } from '../checked-file.ts';
import { float16ToFloat32 } from '../half.ts';
import { openTensors } from './read-tensors.ts';
import { elementsOf, readElements } from './stored-tensor.ts';

float16ToFloat32(new Uint16Array(1)); // its table, which is made once

const fixtures = join(import.meta.dirname, '../../../../e2e/fixtures/weights');
const DAMAGED_FILES = 500;
const externalBytes = statSync(join(fixtures, 'external.data')).size; // external.onnx reads it too

const files = readdirSync(fixtures).filter((name) => /\.(safetensors|pth|pt|h5|keras|onnx)$|^model\.json$/.test(name));

type Damage = (bytes: Buffer, random: Random) => Buffer;

const below = (random: Random, count: number): number => Math.floor(random() * count);

/** Ways in which files break, or are made to. */
const damages: readonly Damage[] = [
  (bytes, random) => bytes.subarray(0, below(random, bytes.byteLength)),
  (bytes, random) => {
    for (let flips = 1 + below(random, 8); flips > 0; flips -= 1)
      bytes[below(random, bytes.byteLength)]! ^= 1 << below(random, 8);
    return bytes;
  },
  (bytes, random) => {
    const huge = [0xffff_ffff_ffff_ffffn, 0x7fff_ffff_ffff_ffffn, 0x0001_0000_0000n, 0x4000_0000n][below(random, 4)]!;
    bytes.writeBigUInt64LE(huge, below(random, bytes.byteLength - 8));
    return bytes;
  },
  (bytes, random) => {
    const at = below(random, bytes.byteLength);
    return bytes.fill(below(random, 256), at, Math.min(bytes.byteLength, at + 1 + below(random, 64)));
  },
  (bytes, random) => {
    const [from, to] = [below(random, bytes.byteLength), below(random, bytes.byteLength)];
    bytes.copy(bytes, to, from, from + below(random, 200));
    return bytes;
  },
  (bytes, random) => {
    const at = below(random, bytes.byteLength);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(random, 16))]);
  },
];

/** The largest typed array that was made by length, in bytes, since the last call. */
function watchAllocations(): () => number {
  let largest = 0;
  for (const name of ['Uint8Array', 'Float32Array'] as const) {
    const original = globalThis[name];
    const width = original.BYTES_PER_ELEMENT;
    const construct = (target: typeof original, args: unknown[]): object => {
      if (typeof args[0] === 'number') largest = Math.max(largest, args[0] * width);
      return Reflect.construct(target, args) as object;
    };
    const watched = new Proxy<typeof original>(original, { construct });
    vi.stubGlobal(name, watched);
  }
  return () => {
    const found = largest;
    largest = 0;
    return found;
  };
}

async function readEverything(file: string): Promise<'read' | 'refused'> {
  try {
    const opened = await openTensors(file);
    try {
      for (const tensor of opened.tensors) await readElements(tensor, 0, elementsOf(tensor.shape));
      return 'read';
    } finally {
      await opened.close();
    }
  } catch (error) {
    const isExpected =
      error instanceof DamagedFile ||
      (error instanceof AppError && ['WEIGHTS_INVALID', 'NOT_FOUND'].includes(error.code));
    if (!isExpected) throw error;
    return 'refused';
  }
}

describe(`${DAMAGED_FILES} damaged files of each kind`, () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it.each(files)('%s: read or refused, never a crash, never an allocation above the size of the file', async (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'thaw-fuzz-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    cpSync(fixtures, folder, { recursive: true });
    const sound = readFileSync(join(fixtures, name));
    const random = seededRandom(20_261_124 + name.length);
    const largestAllocation = watchAllocations();
    const outcomes = { read: 0, refused: 0 };
    for (let index = 0; index < DAMAGED_FILES; index += 1) {
      const damage = damages[index % damages.length]!;
      const damaged = damage(Buffer.from(sound), random);
      const file = join(folder, `damaged-${name}`);
      writeFileSync(file, damaged);
      largestAllocation();
      outcomes[await readEverything(file)] += 1;
      const bound = name === 'external.onnx' ? Math.max(damaged.byteLength, externalBytes) : damaged.byteLength;
      expect(largestAllocation(), `file ${index}`).toBeLessThanOrEqual(bound);
    }
    expect(outcomes.refused).toBeGreaterThan(DAMAGED_FILES / 5);
  });
});
