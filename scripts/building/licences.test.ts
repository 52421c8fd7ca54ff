import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { licencesPage, readLicences } from './licences.ts';
import { productionPackages } from './production-packages.ts';
import { UNUSED_PACKAGES } from './unused-packages.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('production packages', () => {
  const packages = productionPackages(root, UNUSED_PACKAGES);

  it('hold what the host loads, and what that loads in turn', () => {
    const wanted = [
      'better-sqlite3',
      'sharp',
      'zod',
      'onnxruntime-node',
      'onnxruntime-common',
      '@tensorflow/tfjs-core',
    ];
    expect(packages).toEqual(expect.arrayContaining(wanted.map((name) => `node_modules/${name}`)));
  });

  it('hold nothing that only the build or the tests need, or that never runs', () => {
    for (const name of ['vite', 'vitest', 'electron', 'react', '@biomejs/biome', ...UNUSED_PACKAGES])
      expect(packages, name).not.toContain(`node_modules/${name}`);
  });
});

describe('the licences page', () => {
  it('names a licence for every package that is installed', () => {
    const folders = productionPackages(root, UNUSED_PACKAGES).filter((path) => existsSync(join(root, path)));
    const licences = readLicences(root, folders);
    expect(licences.length).toBe(folders.length);
    expect(licences.filter(({ licence }) => licence === '')).toEqual([]);
    expect(licences.find(({ name }) => name === 'zod')).toMatchObject({ licence: 'MIT' });
    expect(licences.find(({ name }) => name === 'zod')?.texts.join()).toContain('MIT License');
  });

  it('shows texts as text', () => {
    const licence = { name: '<img src=x>', version: '1', licence: 'A&B', texts: ['</pre><script>'] };
    const page = licencesPage('own', [licence]);
    expect(page).not.toMatch(/<img|<script/);
    expect(page).toContain('A&amp;B');
  });
});
