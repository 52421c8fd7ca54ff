import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { countLines, listFolderFaults, listSizeFaults } from './size-faults.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'thaw-sizes-'));
  mkdirSync(join(root, 'main', 'store', 'deep'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it('refuses above 400 lines and warns above 250, to the line', () => {
  const lengths = { 'a.ts': 250, 'b.tsx': 251, 'c.mjs': 400, 'deep/d.ts': 401, 'e.sql': 900 };
  for (const [name, lines] of Object.entries(lengths))
    writeFileSync(join(root, 'main/store', name), 'x\n'.repeat(lines));
  expect(listSizeFaults(root).map((fault) => `${fault.severity} ${fault.message.split(' ')[0]}`)).toEqual([
    'warning main/store/b.tsx',
    'warning main/store/c.mjs',
    'error main/store/deep/d.ts',
  ]);
});

it('asks second-level folders with code for a README.md of at most 15 lines', () => {
  expect(listFolderFaults(root)).toEqual([]);
  writeFileSync(join(root, 'main/store/deep/a.ts'), '');
  expect(listFolderFaults(root)[0]?.message).toMatch(/^main\/store\/README\.md is missing/);
  writeFileSync(join(root, 'main/store/README.md'), 'x\n'.repeat(15));
  expect(listFolderFaults(root)).toEqual([]);
  writeFileSync(join(root, 'main/store/README.md'), 'x\n'.repeat(16));
  expect(listFolderFaults(root)[0]?.message).toMatch(/16 lines/);
});

it('does not count the end of the last line as a line', () => {
  expect(['', 'a', 'a\n', 'a\nb', 'a\n\n'].map(countLines)).toEqual([0, 1, 1, 2, 2]);
});
