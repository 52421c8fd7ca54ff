import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AppError } from '../../../../shared/contract/errors.ts';
import { seededRandom } from '../../../../shared/math/random.ts';
import type { Weights } from '../../../../shared/networks/network.ts';
import { findNetwork } from '../../../../shared/networks/registry.ts';
import { loadChosenWeights } from '../chosen-weights.ts';
import { drawWeights } from '../drawn-weights.ts';
import { writeSafetensors } from '../safetensors.ts';
import { type ImportRequest, importWeights } from './import-weights.ts';
import { listKeptWeights, removeKeptWeights } from './kept-folder.ts';

const lenet = (): Weights => drawWeights(findNetwork('lenet5'), seededRandom(4));

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'thaw-import-weights-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function renamed(weights: Weights, rename: (name: string) => string | null): Weights {
  return new Map(
    [...weights].flatMap(([name, tensor]) => {
      const other = rename(name);
      return other === null ? [] : [[other, tensor] as const];
    }),
  );
}

type Wish = Partial<ImportRequest> & { readonly fileName?: string };

/** Writes the tensors as a file and imports it into a folder of its own. */
async function importTensors(weights: Weights, wish: Wish = {}) {
  const folder = emptyFolder();
  const file = join(folder, wish.fileName ?? 'file.safetensors');
  await writeSafetensors(file, weights, {});
  const request: ImportRequest = {
    ...{ file, network: 'lenet5', sha256: null, source: 'a test', licence: null, weightsFolder: join(folder, 'kept') },
    ...{ now: () => new Date('2026-11-24T12:00:00Z'), onBytes: () => undefined, breathe: () => undefined },
    ...wish,
  };
  return { request, imported: await importWeights(request) };
}

describe('imported weights', () => {
  it('are bit for bit those of the file, and are loaded as the backbone network@id', async () => {
    const weights = lenet();
    const { imported, request } = await importTensors(weights);
    const { backbone, sha256 } = imported.weights!;
    expect(imported.report).toMatchObject({ matched: 10, missingCount: 0, unexpectedCount: 0, classifier: 'kept' });
    const loaded = await loadChosenWeights('', backbone, request.weightsFolder);
    expect(loaded.sha256).toBe(sha256);
    expect(loaded.completeThrough).toBe('fc2');
    expect(new Map(loaded.weights)).toEqual(new Map(weights));
  });

  it('are found behind any prefix, with counters and other parts left over', async () => {
    const inside = renamed(lenet(), (name) => `model.backbone.${name}`);
    const other = { shape: [2], values: Float32Array.of(1, 2) };
    const { imported } = await importTensors(new Map([...inside, ['model.neck.weight', other]]));
    expect(imported.report).toMatchObject({ prefix: 'model.backbone.', matched: 10, unexpectedCount: 1 });
    expect(imported.report.unexpected).toEqual([{ name: 'model.neck.weight', shape: [2] }]);
  });

  it('fault 37: come without their classifier where it has other classes, and the report says so', async () => {
    const weights = new Map(lenet());
    weights.set('fc3.weight', { shape: [91, 84], values: new Float32Array(91 * 84) });
    weights.set('fc3.bias', { shape: [91], values: new Float32Array(91) });
    const { imported, request } = await importTensors(weights);
    expect(imported.report).toMatchObject({ classifier: 'dropped', missingCount: 0, mismatchedCount: 0 });
    const loaded = await loadChosenWeights('', imported.weights!.backbone, request.weightsFolder);
    expect([...loaded.weights.keys()].filter((name) => name.startsWith('fc3'))).toEqual([]);
  });

  it('of the same content have the same id, whatever they were called, and are kept once', async () => {
    const first = await importTensors(lenet());
    const second = await importTensors(
      renamed(lenet(), (name) => `module.${name}`),
      {
        weightsFolder: first.request.weightsFolder,
        source: 'another file',
      },
    );
    expect(second.imported.weights!.id).toBe(first.imported.weights!.id);
    const kept = await listKeptWeights(first.request.weightsFolder);
    expect(kept.map(({ source }) => source)).toEqual(['another file']);
    expect(readdirSync(first.request.weightsFolder)).toEqual([kept[0]!.id]);
  });

  it('of the first stages alone are complete so far, and say how far', async () => {
    const { imported } = await importTensors(renamed(lenet(), (name) => (name.startsWith('fc') ? null : name)));
    expect(imported.report.completeThrough).toBe('pool2');
    expect(imported.report.notes.join()).toMatch(/freeze no further/);
    expect(imported.report.missing.map(({ name }) => name)).toEqual([
      'fc1.weight',
      'fc1.bias',
      'fc2.weight',
      'fc2.bias',
    ]);
    expect(imported.weights).not.toBeNull();
  });

  it('can be taken away', async () => {
    const { imported, request } = await importTensors(lenet());
    const { id, bytes } = imported.weights!;
    expect(await removeKeptWeights(request.weightsFolder, id)).toBe(bytes);
    await expect(removeKeptWeights(request.weightsFolder, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('fault 37: a file that does not fit', () => {
  it('is reported with shapes and kept nowhere', async () => {
    const weights = new Map(lenet());
    weights.set('conv1.weight', { shape: [6, 3, 5, 5], values: new Float32Array(450) });
    const { imported, request } = await importTensors(weights);
    expect(imported.weights).toBeNull();
    expect(imported.report.mismatched).toEqual([{ name: 'conv1.weight', expected: [6, 1, 5, 5], found: [6, 3, 5, 5] }]);
    expect(readdirSync(join(request.weightsFolder, '..'))).toEqual(['file.safetensors']);
  });

  it('is not taken in another layout under the same name: height, width, in, out', async () => {
    const weights = new Map(lenet());
    weights.set('conv2.weight', { shape: [5, 5, 6, 16], values: new Float32Array(2400) });
    const { imported } = await importTensors(weights);
    expect(imported.report.mismatched).toEqual([
      { name: 'conv2.weight', expected: [16, 6, 5, 5], found: [5, 5, 6, 16] },
    ]);
  });

  it('names its tensors where no network is near', async () => {
    const odd: Weights = new Map([['embedding.weight', { shape: [4], values: new Float32Array(4) }]]);
    await expect(importTensors(odd, { network: null })).rejects.toMatchObject({
      code: 'WEIGHTS_MISMATCH',
      message: expect.stringContaining('embedding.weight'),
    });
  });

  it('is refused for a number that is none, and leaves nothing behind', async () => {
    const folder = emptyFolder();
    const file = join(folder, 'file.safetensors');
    await writeSafetensors(file, lenet(), {});
    const bytes = readFileSync(file);
    bytes.writeFloatLE(Number.NaN, bytes.byteLength - 4);
    writeFileSync(file, bytes);
    const request = {
      file,
      network: 'lenet5',
      sha256: null,
      source: '',
      licence: null,
      weightsFolder: join(folder, 'kept'),
    };
    const clock = { now: () => new Date(0), onBytes: () => undefined, breathe: () => undefined };
    await expect(importWeights({ ...request, ...clock })).rejects.toMatchObject({ code: 'WEIGHTS_INVALID' });
    expect(readdirSync(join(folder, 'kept'))).toEqual([]);
  });

  it('is refused where its hash is another one than told, also where its own name tells it', async () => {
    const other = createHash('sha256').update('other').digest('hex') as ImportRequest['sha256'];
    await expect(importTensors(lenet(), { sha256: other })).rejects.toThrow(/its SHA-256 is .* and it should be/);
    await expect(importTensors(lenet(), { fileName: 'lenet5-0123abcd.pth' })).rejects.toThrow(/its name says/);
  });

  it('is not refused for a date in its name, which is no hash', async () => {
    const { imported } = await importTensors(lenet(), { fileName: 'lenet5-20240115.pth' });
    expect(imported.report.matched).toBe(10);
  });

  it('stops when asked, and leaves nothing behind', async () => {
    let calls = 0;
    const weightsFolder = emptyFolder();
    const breathe = (): void => {
      calls += 1;
      if (calls > 3) throw new AppError('CANCELLED', 'Stopped as asked.');
    };
    await expect(importTensors(lenet(), { breathe, weightsFolder })).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(readdirSync(weightsFolder)).toEqual([]);
  });
});

describe('kept weights', () => {
  it('are refused for another network, and when a bit of them differs', async () => {
    const { imported, request } = await importTensors(lenet());
    const { id } = imported.weights!;
    await expect(loadChosenWeights('', `resnet18@${id}`, request.weightsFolder)).rejects.toThrow(/of lenet5, not of/);
    const file = join(request.weightsFolder, id, 'model.safetensors');
    const bytes = readFileSync(file);
    bytes[bytes.byteLength - 9]! ^= 1;
    writeFileSync(file, bytes);
    await expect(loadChosenWeights('', `lenet5@${id}`, request.weightsFolder)).rejects.toThrow(/SHA-256/);
  });

  it('cannot name a folder outside', async () => {
    await expect(loadChosenWeights('', 'lenet5@../../secret', emptyFolder())).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});
