import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listBackups } from './backups.ts';
import { openDatabase } from './database.ts';
import { findFirstPath, listImages } from './images.ts';
import { applyMigrations, latestVersion, migrations, readVersion } from './migrations.ts';
import { openFile, type ProjectDatabase, readRows } from './statements.ts';
import type { Migration } from './steps/migration.ts';
import { makeTestFolder, testNow } from './testing.ts';

function makeVersion(file: string, version: number): void {
  const database = openFile(file, {});
  applyMigrations(database, migrations.slice(0, version), testNow);
  database.exec(`INSERT INTO class (position, name) VALUES (0, 'Tigger')`);
  database.close();
}

function schemaOf(database: ProjectDatabase): unknown[] {
  return readRows(database, `SELECT type, name, sql FROM sqlite_schema ORDER BY type, name`);
}

describe('migrations', () => {
  it('are numbered from 1 without a hole', () => {
    expect(migrations.map((step) => step.version)).toEqual(migrations.map((_, index) => index + 1));
  });

  it.each(migrations.slice(1).map((step) => [step.version - 1]))(
    'lead from version %i to the latest, with its rows and a backup',
    (version) => {
      const file = path.join(makeTestFolder(), 'thaw.sqlite');
      makeVersion(file, version);
      const { database } = openDatabase(file, { now: testNow });
      onTestFinished(() => {
        database.close();
      });
      const fresh = openFile(':memory:', {});
      applyMigrations(fresh, migrations, testNow);
      expect(readVersion(database)).toBe(latestVersion);
      expect(schemaOf(database)).toEqual(schemaOf(fresh));
      expect(readRows(database, 'SELECT name FROM class')).toEqual([{ name: 'Tigger' }]);
      expect(listBackups(file)).toHaveLength(1);
    },
  );

  it('leave out the difference hash that older projects had, and keep the photo', () => {
    const file = path.join(makeTestFolder(), 'thaw.sqlite');
    makeVersion(file, 5);
    const old = openFile(file, {});
    const columns = 'sha256, file_bytes, format, width_pixels, height_pixels, class_id, group_id, side, imported_at';
    const values = `'${'a'.repeat(64)}', 10, 'jpeg', 4, 3, 1, 'group', 'test', '2026-01-01T00:00:00Z'`;
    old.exec(`INSERT INTO image (${columns}, copied, difference_hash) VALUES (${values}, 1, 'f0')`);
    old.exec(`INSERT INTO image_source (path, image_sha256) VALUES ('/a.jpg', '${'a'.repeat(64)}')`);
    old.close();
    const { database } = openDatabase(file, { now: testNow });
    onTestFinished(() => {
      database.close();
    });
    const names = readRows<{ name: string }>(database, `SELECT name FROM pragma_table_info('image')`);
    expect(names.map(({ name }) => name)).not.toContain('difference_hash');
    const photo = {
      className: 'Tigger',
      widthPixels: 4,
      heightPixels: 3,
      groupId: 'group',
      side: 'test',
      copied: true,
    };
    expect(listImages(database)).toMatchObject([photo]);
    expect(findFirstPath(database, listImages(database)[0]!.imageId)).toBe('/a.jpg');
  });

  it('are refused where an applied step was another one, and nothing is written', () => {
    const file = path.join(makeTestFolder(), 'thaw.sqlite');
    const database = openFile(file, {});
    const other: Migration = { ...migrations[0]!, sql: `${migrations[0]!.sql} -- edited` };
    applyMigrations(database, [other], testNow);
    database.close();
    expect(() => openDatabase(file, { now: testNow })).toThrow(expect.objectContaining({ code: 'PROJECT_NEWER' }));
    const again = openFile(file, { readonly: true });
    expect(readVersion(again)).toBe(1);
    again.close();
  });

  it.each([
    ['between two steps', ''],
    [
      'half-way through a step',
      'CREATE TABLE half (id INTEGER PRIMARY KEY) STRICT; DELETE FROM class; SELECT kill_now();',
    ],
  ])('fault 21: SIGKILL %s leaves the old version whole, and the next open goes on', (_, sql) => {
    const file = path.join(makeTestFolder(), 'thaw.sqlite');
    makeVersion(file, 1);
    const child = killedWhileMigrating(file, sql);
    expect(child.signal, child.stderr).toBe('SIGKILL');
    const raw = openFile(file, {});
    expect(readVersion(raw)).toBe(1);
    expect(raw.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(readRows(raw, `SELECT name FROM sqlite_schema WHERE name IN ('half', 'run')`)).toEqual([]);
    raw.close();
    const { database, recovered } = openDatabase(file, { now: testNow });
    onTestFinished(() => {
      database.close();
    });
    expect(recovered).toBeUndefined();
    expect(readVersion(database)).toBe(latestVersion);
    expect(readRows(database, 'SELECT name FROM class')).toEqual([{ name: 'Tigger' }]);
  });
});

/** A process that migrates from version 1 and kills itself within step 2, or before it where `sql` is empty. */
function killedWhileMigrating(file: string, sql: string) {
  const place = (name: string) => JSON.stringify(path.resolve(import.meta.dirname, name));
  const source = `
    import { applyMigrations, migrations } from ${place('migrations.ts')};
    import { openFile } from ${place('statements.ts')};
    const database = openFile(${JSON.stringify(file)}, {});
    database.pragma('journal_mode = WAL');
    const kill = () => process.kill(process.pid, 'SIGKILL');
    database.function('kill_now', kill);
    const sql = ${JSON.stringify(sql)};
    applyMigrations(database, sql === '' ? migrations.slice(0, 1) : [migrations[0], { ...migrations[1], sql: migrations[1].sql + sql }], () => new Date(0));
    kill();
  `;
  return spawnSync(process.execPath, ['--input-type=module', '--eval', source], { encoding: 'utf8' });
}
