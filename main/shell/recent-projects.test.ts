import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeRecent, projectInArguments, withProject } from './recent-projects.ts';
import { openStateFile } from './state-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'thaw-recent-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function makeProject(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  writeFileSync(join(path, 'thaw.sqlite'), '');
  return path;
}

describe('recent projects', () => {
  it('have the newest first, each once, and twelve at most', () => {
    let recent: ReturnType<typeof withProject> = [];
    for (let day = 1; day <= 15; day++) recent = withProject(recent, `/p${day}`, new Date(Date.UTC(2026, 0, day)));
    recent = withProject(recent, '/p10', new Date(Date.UTC(2026, 1, 1)));
    expect(recent.map((entry) => entry.folder)).toEqual([
      '/p10',
      '/p15',
      '/p14',
      '/p13',
      '/p12',
      '/p11',
      '/p9',
      '/p8',
      '/p7',
      '/p6',
      '/p5',
      '/p4',
    ]);
  });

  it('say which are gone', () => {
    const there = makeProject('Cats');
    const openedAt = new Date(0).toISOString();
    const told = describeRecent([
      { folder: there, openedAt },
      { folder: join(folder, 'gone'), openedAt },
    ]);
    expect(told.map(({ name, isThere }) => [name, isThere])).toEqual([
      ['Cats', true],
      ['gone', false],
    ]);
  });
});

describe('the project on a command line', () => {
  it('is a project folder, or the folder of a .thaw file', () => {
    const cats = makeProject('Cats');
    writeFileSync(join(cats, 'Cats.thaw'), '');
    expect(projectInArguments(['--flag', 'Cats'], folder)).toBe(cats);
    expect(projectInArguments([join(cats, 'Cats.thaw')], '/')).toBe(cats);
  });

  it('is none where the path is something else', () => {
    writeFileSync(join(folder, 'lonely.thaw'), '');
    expect(projectInArguments(['lonely.thaw', 'missing', '--project=x'], folder)).toBeNull();
  });

  it('is a folder that holds none where nothing else is named, so that the window says why it cannot be opened', () => {
    const cats = makeProject('Cats');
    mkdirSync(join(folder, 'plain'));
    expect(projectInArguments(['plain', 'missing'], folder)).toBe(join(folder, 'plain'));
    expect(projectInArguments(['plain', 'Cats'], folder)).toBe(cats);
  });
});

describe('the memory of the shell', () => {
  it('is read again after a restart, and a damaged file counts as none', () => {
    const path = join(folder, 'data', 'shell.json');
    openStateFile(path).change({ theme: 'dark' });
    expect(openStateFile(path).get().theme).toBe('dark');
    writeFileSync(path, '{"theme": "da');
    expect(openStateFile(path).get().theme).toBe('system');
    openStateFile(path).change({ language: 'zh-CN' });
    expect(openStateFile(path).get()).toMatchObject({ language: 'zh-CN', theme: 'system' });
  });
});
