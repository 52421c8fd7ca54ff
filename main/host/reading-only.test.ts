/** A project that may not be written: opened for reading, by a user who has no right to write there. */
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Client } from '../../shared/contract/commands.ts';
import { openClient } from './open-client.ts';

const NOBODY = 65_534; // root may write anywhere: these tests then look as somebody who may not
const isRoot = process.getuid?.() === 0;
let folder: string;
let client: Client | null;
let notes: string[];

const open = (create = false): Promise<Client> =>
  openClient({ folder, create, onNote: (text) => void notes.push(text) });
const protect = (mode: { readonly folder: number; readonly file: number }): void => {
  chmodSync(join(folder, 'thaw.sqlite'), mode.file);
  chmodSync(folder, mode.folder);
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'thaw-reading-'));
  [client, notes] = [null, []];
  const owner = await open(true);
  await owner.close();
  protect({ folder: 0o555, file: 0o444 });
  if (isRoot) process.seteuid!(NOBODY);
});
afterEach(async () => {
  await client?.close();
  if (isRoot) process.seteuid!(0);
  protect({ folder: 0o755, file: 0o644 });
  rmSync(folder, { recursive: true });
});

it('fault 19: is shown, says so, and refuses whatever would change it', async () => {
  const before = readdirSync(folder).sort();
  client = await open();
  expect(notes.join()).toContain('open for reading only');
  expect(await client.call('project.info', {})).toMatchObject({ ok: true, value: { readOnly: true } });
  expect(await client.call('runs.list', {})).toEqual({ ok: true, value: [] });
  for (const refused of [
    await client.call('project.rename', { name: 'other' }),
    await client.call('library.undo', {}),
    await client.call('library.import', { paths: [folder], splitFromFolders: false }),
    await client.call('storage.clean', { part: 'previews' }),
  ])
    expect(refused).toMatchObject({ ok: false, failure: { code: 'PROJECT_READ_ONLY' } });
  expect(readdirSync(folder).sort()).toEqual(before);
});

it('is not made where none is', async () => {
  await expect(
    openClient({ folder: join(folder, 'new'), create: true, onNote: () => undefined }),
  ).rejects.toMatchObject({
    code: 'FILE_PERMISSION',
  });
});
