import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type RunId, Sha256 } from '../../shared/domain/ids.ts';
import { Recipe } from '../../shared/domain/recipe.ts';
import { RunConfig } from '../../shared/domain/run.ts';
import { openDatabase } from './database.ts';
import { applyMigrations, migrations } from './migrations.ts';
import { listRunsPutAway, putRunsAway, restoreRuns, updateRunNotes } from './run-book.ts';
import { findRun, finishRun, insertRun, listRuns, markRunStarted } from './runs.ts';
import { openFile, type ProjectDatabase, readRows } from './statements.ts';
import { makeTestFolder, openTestDatabase, testNow } from './testing.ts';

const hash = Sha256.parse('a'.repeat(64));
const config = RunConfig.parse({
  backbone: 'tf_efficientnet_lite0',
  frozenThrough: 'pooled',
  recipe: Recipe.parse({}),
  seed: 0,
  selection: { kind: 'validation' },
});

function addRun(database: ProjectDatabase, letter: string, isDone = true): RunId {
  const runId = `run_${letter.repeat(12)}` as RunId;
  insertRun(database, { runId, name: letter, config, datasetHash: hash, splitHash: hash }, testNow());
  markRunStarted(database, runId, { startedAt: testNow(), device: null, versions: null });
  if (isDone) finishRun(database, runId, { status: 'done', finishedAt: testNow() });
  return runId;
}
const ids = (database: ProjectDatabase) => listRuns(database).map(({ runId }) => runId);

it('a run keeps what is written about it, and what is not given stays', () => {
  const database = openTestDatabase();
  const runId = addRun(database, 'a');
  updateRunNotes(database, runId, { tags: ['best', 'cats', 'best'], note: 'dark photos added' });
  updateRunNotes(database, runId, { name: 'Evening' });
  expect(findRun(database, runId)).toMatchObject({
    name: 'Evening',
    tags: ['best', 'cats'],
    note: 'dark photos added',
  });
  updateRunNotes(database, runId, { tags: [], note: '' });
  expect(findRun(database, runId)).toMatchObject({ name: 'Evening', tags: [], note: '' });
  expect(() => updateRunNotes(database, 'run_zzzzzzzzzzzz' as RunId, { note: 'x' })).toThrow(/no run/);
});

it('runs that were put away are in no list until they are restored', () => {
  const database = openTestDatabase();
  const [first, second] = [addRun(database, 'a'), addRun(database, 'b')];
  expect(putRunsAway(database, [first, first], testNow())).toBe(1);
  expect([ids(database), listRunsPutAway(database), findRun(database, first)]).toEqual([[second], [first], null]);
  expect(putRunsAway(database, [first], testNow())).toBe(0);
  expect(restoreRuns(database, [first, second])).toBe(1);
  expect([ids(database).sort(), listRunsPutAway(database)]).toEqual([[first, second], []]);
});

it('a run in training cannot be put away, and neither can the others of that wish', () => {
  const database = openTestDatabase();
  const [done, running] = [addRun(database, 'a'), addRun(database, 'b', false)];
  expect(() => putRunsAway(database, [done, running], testNow())).toThrow(/Stop it first/);
  expect(ids(database).sort()).toEqual([done, running]);
});

it('version 3 leads to version 4 with every photo in and every run there, without tags', () => {
  const file = path.join(makeTestFolder(), 'thaw.sqlite');
  const old = openFile(file, {});
  applyMigrations(old, migrations.slice(0, 3), testNow);
  old.exec(`INSERT INTO image (sha256, file_bytes, format, width_pixels, height_pixels, group_id, imported_at, copied)
    VALUES ('${hash}', 1, 'jpeg', 9, 9, 'g', '2026-03-01T12:00:00.000Z', 1)`);
  old
    .prepare(`INSERT INTO run (id, name, status, config_json, dataset_hash, split_hash, queued_at)
      VALUES ('run_aaaaaaaaaaaa', 'old', 'done', @config, '${hash}', '${hash}', '2026-03-01T12:00:00.000Z')`)
    .run({ config: JSON.stringify(config) });
  old.close();
  const { database } = openDatabase(file, { now: testNow });
  onTestFinished(() => void database.close());
  expect(listRuns(database)).toMatchObject([{ name: 'old', tags: [], note: '', config }]);
  expect(readRows(database, 'SELECT excluded, taken_at FROM image')).toEqual([{ excluded: 0, taken_at: null }]);
  expect(readRows(database, 'SELECT * FROM edit')).toEqual([]);
});
