import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listBackbones, loadBackbone } from './backbones.ts';

const resources = fileURLToPath(new URL('../../../resources/backbones', import.meta.url));
const ID = 'tf_efficientnet_lite0';

describe('the backbones that come with the app', () => {
  it('all load, with the counts their specs give and a licence beside them', async () => {
    const list = await listBackbones(resources);
    expect(list.map(({ id }) => id)).toContain(ID);
    for (const { id } of list) {
      const { weights, spec } = await loadBackbone(resources, id);
      expect(weights.size).toBe(spec.tensors);
      const batchNormStatistics = [...weights].filter(([name]) => /running_(mean|var)$/.test(name));
      const trainable = [...weights].filter(([name]) => !/running_(mean|var)$/.test(name));
      const count = (tensors: typeof trainable) => tensors.reduce((sum, [, { values }]) => sum + values.length, 0);
      expect(count(trainable)).toBe(spec.parameters);
      expect(count(batchNormStatistics)).toBeGreaterThan(0);
      expect(readFileSync(join(resources, id, 'LICENSE'), 'utf8')).toContain(spec.licence.copyright);
    }
  });
});

describe('a backbone folder that was tampered with', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'thaw-backbones-'));
    cpSync(resources, folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const specFile = () => join(folder, ID, 'spec.json');
  const changeSpec = (change: object) => {
    const spec = JSON.parse(readFileSync(specFile(), 'utf8')) as object;
    writeFileSync(specFile(), JSON.stringify({ ...spec, ...change }));
  };

  it('is refused when one bit of the weights differs', async () => {
    const file = join(folder, ID, 'model.safetensors');
    const bytes = readFileSync(file);
    bytes[5_000_000]! ^= 1;
    writeFileSync(file, bytes);
    await expect(loadBackbone(folder, ID)).rejects.toMatchObject({
      code: 'WEIGHTS_INVALID',
      message: expect.stringContaining('SHA-256'),
    });
  });

  it('fault 16: cannot name a file outside itself, by id or by spec', async () => {
    await expect(loadBackbone(folder, '../secret')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    changeSpec({ file: '../model.safetensors' });
    await expect(loadBackbone(folder, ID)).rejects.toMatchObject({ code: 'WEIGHTS_INVALID' });
  });

  it('is refused when the spec is not JSON, of another backbone, or missing', async () => {
    changeSpec({ architecture: 'other' });
    await expect(loadBackbone(folder, ID)).rejects.toThrow(/describes other/);
    writeFileSync(specFile(), '{');
    await expect(listBackbones(folder)).rejects.toMatchObject({ code: 'WEIGHTS_INVALID' });
    rmSync(specFile());
    await expect(loadBackbone(folder, ID)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('does not mistake other files and folders for backbones', async () => {
    mkdirSync(join(folder, 'No backbone'));
    expect((await listBackbones(folder)).map(({ id }) => id)).toEqual([ID]);
  });
});
