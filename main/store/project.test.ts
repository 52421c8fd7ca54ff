import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { RunId, Sha256, StageId } from '../../shared/domain/ids.ts';
import { Recipe } from '../../shared/domain/recipe.ts';
import { openProject, type Project } from './project.ts';
import { findRun, insertRun, markRunStarted } from './runs.ts';
import { readRows } from './statements.ts';
import { makeTestFolder, testNow } from './testing.ts';

const clock = testNow;
const runId = RunId.parse('run_abcdefghij01');

function queueRun(project: Project): void {
  const hash = Sha256.parse('0'.repeat(64));
  const config = {
    backbone: 'lenet5',
    frozenThrough: StageId.parse('input'),
    recipe: Recipe.parse({}),
    seed: 1,
    selection: { kind: 'validation' },
  } as const;
  insertRun(project.database, { runId, name: 'first', config, datasetHash: hash, splitHash: hash }, clock());
}

describe('openProject', () => {
  it('makes the folder and all in it, once', () => {
    const folder = path.join(makeTestFolder(), 'my cats');
    const project = openProject(folder, { clock, create: true });
    expect(
      readdirSync(folder)
        .filter((name) => !/-wal|-shm/.test(name))
        .sort(),
    ).toEqual(['features', 'images', 'previews', 'runs', 'thaw.sqlite', 'thumbs']);
    project.close();
    const again = openProject(folder, { clock });
    const expected = [{ name: 'my cats', created_at: clock().toISOString() }];
    expect(readRows(again.database, 'SELECT name, created_at FROM project')).toEqual(expected);
    again.close();
  });

  it('makes nothing where it was not told to, and refuses a file', () => {
    const folder = makeTestFolder();
    for (const options of [{ clock }, { clock, create: true, readOnly: true }]) {
      expect(() => openProject(folder, options)).toThrow(expect.objectContaining({ code: 'PROJECT_MISSING' }));
    }
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(path.join(folder, 'file'), 'x');
    const open = () => openProject(path.join(folder, 'file'), { clock, create: true });
    expect(open).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });

  it('fault 22: a run whose process was killed is interrupted at the next open, the database sound', () => {
    const folder = makeTestFolder();
    const project = openProject(folder, { clock, create: true });
    queueRun(project);
    project.close();
    const place = (name: string) => JSON.stringify(path.resolve(import.meta.dirname, name));
    const source = `
      import { openProject } from ${place('project.ts')};
      import { markRunStarted } from ${place('runs.ts')};
      const { database } = openProject(${JSON.stringify(folder)}, { clock: () => new Date(0) });
      markRunStarted(database, '${runId}', { startedAt: new Date(0), device: null, versions: null });
      process.kill(process.pid, 'SIGKILL');
    `;
    const child = spawnSync(process.execPath, ['--input-type=module', '--eval', source], { encoding: 'utf8' });
    expect(child.signal, child.stderr).toBe('SIGKILL');
    const again = openProject(folder, { clock });
    expect(again.interruptedRuns).toEqual([runId]);
    expect(again.recovered).toBeUndefined();
    expect(findRun(again.database, runId)?.status).toBe('interrupted');
    again.close();
  });

  it('read-only: looks without marking, making or changing anything', () => {
    const folder = makeTestFolder();
    const project = openProject(folder, { clock, create: true });
    queueRun(project);
    markRunStarted(project.database, runId, { startedAt: clock(), device: null, versions: null });
    project.close();
    const reader = openProject(folder, { clock, readOnly: true });
    expect(findRun(reader.database, runId)?.status).toBe('running');
    expect(reader.interruptedRuns).toEqual([]);
    reader.close();
  });

  it('fault 19: restores the backup of a damaged project', () => {
    const folder = makeTestFolder();
    openProject(folder, { clock, create: true }).close();
    openProject(folder, { clock }).close(); // makes the backup
    truncateSync(path.join(folder, 'thaw.sqlite'), 0);
    const project = openProject(folder, { clock });
    expect(project.recovered?.movedTo).toContain('damaged');
    project.close();
    expect(existsSync(project.recovered!.movedTo!)).toBe(true);
  });

  it('a file in the place of one of its folders is an expected failure', () => {
    const folder = makeTestFolder();
    mkdirSync(path.join(folder, 'p'));
    writeFileSync(path.join(folder, 'p', 'images'), 'a file in the way');
    expect(() => openProject(path.join(folder, 'p'), { clock, create: true })).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT' }),
    );
  });
});
