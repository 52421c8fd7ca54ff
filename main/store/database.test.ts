import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listBackups, makeBackup } from './backups.ts';
import { openDatabase } from './database.ts';
import { countBySide, findImage, insertImage, listImages } from './images.ts';
import { findRow, inTransaction, openFile, readRows, writeRow } from './statements.ts';
import { makeImage, makeTestFolder, testNow } from './testing.ts';

const later = (hours: number) => () => new Date(testNow().getTime() + hours * 3_600_000);
const photos = 300;

/** A closed project of 300 photos; with a backup taken at 200 where wished. */
function makeProject(withBackup: boolean): string {
  const file = path.join(makeTestFolder(), 'thaw.sqlite');
  const { database } = openDatabase(file, { now: testNow });
  const fill = (from: number, until: number) =>
    inTransaction(database, () => {
      for (let index = from; index < until; index += 1) insertImage(database, makeImage({ content: `photo ${index}` }));
    });
  fill(0, 200);
  if (withBackup) makeBackup(database, file, testNow);
  fill(200, photos);
  database.close();
  return file;
}

const damages: [string, (file: string) => void][] = [
  ['header zeroed', (file) => overwrite(file, 0, Buffer.alloc(100))],
  ['truncated', (file) => truncateSync(file, readFileSync(file).length / 2)],
  ['truncated to 60 bytes', (file) => truncateSync(file, 60)],
  ['random page', (file) => overwrite(file, 4096 * 4, noise(4096 * 3))],
  ['0 bytes', (file) => truncateSync(file, 0)],
  [
    'is a directory',
    (file) => {
      rmSync(file);
      mkdirSync(file);
      writeFileSync(path.join(file, 'inside.txt'), 'kept');
    },
  ],
  ['missing', (file) => rmSync(file)],
];

describe('fault 19: a damaged database', () => {
  it.each(damages)('%s: it is moved aside and the newest backup restored', (name, damage) => {
    const file = makeProject(true);
    damage(file);
    const broken = existsSync(file) && name !== 'is a directory' ? readFileSync(file) : null;
    const { database, recovered } = openDatabase(file, { now: later(1) });
    onTestFinished(() => {
      database.close();
    });
    expect(listImages(database)).toHaveLength(200);
    expect(recovered?.lost).toContain('2026-03-01T12:00:00.000Z are lost');
    if (broken !== null) expect(readFileSync(recovered!.movedTo!).equals(broken)).toBe(true);
    if (name === 'is a directory') expect(readdirSync(recovered!.movedTo!)).toEqual(['inside.txt']);
    if (name === 'missing') expect(recovered!.movedTo).toBeNull();
    expect(listBackups(file)).toHaveLength(1);
  });

  it.each(damages.slice(0, -1))(
    '%s, without a backup: it is moved aside, nothing is made in its place',
    (_, damage) => {
      const file = makeProject(false);
      damage(file);
      const open = () => openDatabase(file, { now: later(1) });
      expect(open).toThrow(expect.objectContaining({ code: 'PROJECT_DAMAGED' }));
      expect(existsSync(file)).toBe(false);
      expect(readdirSync(path.dirname(file))).toContain('thaw.sqlite.damaged-2026-03-01T13-00-00-000Z');
    },
  );

  it('passes over a backup that is damaged itself', () => {
    const file = makeProject(true);
    const { database } = openDatabase(file, { now: later(30) });
    database.close();
    const [newest, older] = listBackups(file);
    overwrite(newest!.file, 0, noise(200));
    truncateSync(file, 0);
    const again = openDatabase(file, { now: later(31) });
    again.database.close();
    expect(again.recovered?.restoredFrom).toBe(older!.file);
  });

  it('two damages at the same moment are both kept', () => {
    const file = makeProject(true);
    for (const content of ['first', 'second']) {
      writeFileSync(file, content);
      openDatabase(file, { now: later(1) }).database.close();
    }
    const kept = readdirSync(path.dirname(file)).filter((name) => name.includes('damaged'));
    expect(kept.map((name) => readFileSync(path.join(path.dirname(file), name), 'utf8')).sort()).toEqual([
      'first',
      'second',
    ]);
  });

  it('read-only: the damage is told and nothing is moved', () => {
    const file = makeProject(true);
    truncateSync(file, 0);
    const before = readdirSync(path.dirname(file));
    expect(() => openDatabase(file, { now: testNow, readOnly: true })).toThrow(
      expect.objectContaining({ code: 'PROJECT_DAMAGED' }),
    );
    expect(readdirSync(path.dirname(file))).toEqual(before);
  });
});

describe('fault 19: locked and read-only', () => {
  it('a second process can neither write nor open for reading while one has it open', () => {
    const file = makeProject(false);
    const { database } = openDatabase(file, { now: testNow });
    onTestFinished(() => {
      database.close();
    });
    for (const readOnly of [false, true]) {
      expect(
        runChild(`
        import { openDatabase } from ${JSON.stringify(path.resolve(import.meta.dirname, 'database.ts'))};
        try { openDatabase(${JSON.stringify(file)}, { now: () => new Date(0), readOnly: ${readOnly}, busyTimeoutMs: 50 }); console.log('opened'); }
        catch (error) { console.log(error.code); }
      `).stdout.trim(),
      ).toBe('PROJECT_LOCKED');
    }
    insertImage(database, makeImage({ content: 'still mine' }));
  });

  it.skipIf(process.platform === 'win32')('without permission it says so, and opens a copy for reading', () => {
    const file = makeProject(false);
    chmodSync(path.dirname(file), 0o555);
    chmodSync(file, 0o444);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid!(65_534); // root may write anywhere
    onTestFinished(() => {
      if (isRoot) process.seteuid!(0);
      chmodSync(path.dirname(file), 0o755);
    });
    expect(() => openDatabase(file, { now: testNow })).toThrow(expect.objectContaining({ code: 'PROJECT_READ_ONLY' }));
    const { database, readOnly } = openDatabase(file, { now: testNow, readOnly: true });
    expect(readOnly).toBe(true);
    expect(listImages(database)).toHaveLength(photos);
    expect(() => insertImage(database, makeImage({ content: 'new' }))).toThrow(
      expect.objectContaining({ code: 'PROJECT_READ_ONLY' }),
    );
    database.close();
  });

  it('reading only changes no file, and sees what a killed writer left in the log', () => {
    const file = makeProject(false);
    const database = path.resolve(import.meta.dirname, 'database.ts');
    const child = runChild(`
      import { openDatabase } from ${JSON.stringify(database)};
      const { database } = openDatabase(${JSON.stringify(file)}, { now: () => new Date(0) });
      database.exec("INSERT INTO class (position, name) VALUES (7, 'in the log')");
      process.kill(process.pid, 'SIGKILL');
    `);
    expect(child.signal).toBe('SIGKILL');
    const before = readFileSync(file);
    const filesBefore = readdirSync(path.dirname(file));
    const { database: copy } = openDatabase(file, { now: testNow, readOnly: true });
    expect(findRow(copy, `SELECT position FROM class WHERE name = 'in the log'`)).toEqual({ position: 7 });
    copy.close();
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(path.dirname(file))).toEqual(filesBefore);
  });

  it.skipIf(process.platform === 'win32')('reading only leaves no log and no index behind where none was', () => {
    const file = makeProject(false);
    const before = readdirSync(path.dirname(file));
    openDatabase(file, { now: testNow, readOnly: true }).database.close();
    expect(readdirSync(path.dirname(file))).toEqual(before);
    openDatabase(file, { now: testNow }).database.close(); // nor is anything in a writer's way
  });
});

it('fault 20: a newer project is refused and not one byte changes', () => {
  const file = makeProject(true);
  const raw = openFile(file, {});
  raw.pragma('user_version = 99');
  raw.close();
  const before = readFileSync(file);
  for (const readOnly of [false, true]) {
    expect(() => openDatabase(file, { now: testNow, readOnly })).toThrow(
      expect.objectContaining({ code: 'PROJECT_NEWER', message: expect.stringContaining('format 99') }),
    );
  }
  expect(readFileSync(file).equals(before)).toBe(true);
  expect(readdirSync(path.dirname(file)).sort()).toEqual(['backups', 'thaw.sqlite']);
});

it('fault 25: a full disk is told as such and leaves the database whole', () => {
  const file = makeProject(false);
  const { database } = openDatabase(file, { now: testNow });
  onTestFinished(() => {
    database.close();
  });
  database.pragma(`max_page_count = ${database.pragma('page_count', { simple: true })}`);
  const fill = () =>
    inTransaction(database, () => {
      for (let index = 0; index < 2000; index += 1) insertImage(database, makeImage({ content: `more ${index}` }));
    });
  expect(fill).toThrow(expect.objectContaining({ code: 'DISK_FULL' }));
  expect(countBySide(database)[0]?.photos).toBe(photos);
  database.pragma('max_page_count = 1000000');
  fill();
  expect(readRows(database, 'PRAGMA quick_check')).toEqual([{ quick_check: 'ok' }]);
});

describe('a sound database', () => {
  it('is durable by its settings: WAL, synchronous FULL, foreign keys', () => {
    const { database } = openDatabase(path.join(makeTestFolder(), 'thaw.sqlite'), { now: testNow });
    onTestFinished(() => {
      database.close();
    });
    const setting = (name: string) => database.pragma(name, { simple: true });
    expect([setting('journal_mode'), setting('synchronous'), setting('foreign_keys')]).toEqual(['wal', 2, 1]);
    expect(() => writeRow(database, `INSERT INTO image_source (path, image_sha256) VALUES ('a', 'b')`)).toThrow(
      /FOREIGN KEY/,
    );
  });

  it('is backed up at most once a day, and three backups are kept', () => {
    const file = makeProject(false);
    const open = (hours: number) => {
      const { database, backup } = openDatabase(file, { now: later(hours) });
      database.close();
      return backup.kind;
    };
    expect([0, 1, 23, 24, 30, 48, 72, 96].map(open)).toEqual([
      'made',
      'not-due',
      'not-due',
      'made',
      'not-due',
      'made',
      'made',
      'made',
    ]);
    expect(listBackups(file).map((backup) => backup.madeAt)).toEqual([later(96)(), later(72)(), later(48)()]);
    expect(
      findImage(
        openDatabase(listBackups(file)[0]!.file, { now: testNow, readOnly: true }).database,
        makeImage({ content: 'photo 7' }).imageId,
      ),
    ).not.toBeNull();
  });
});

function overwrite(file: string, offset: number, bytes: Buffer): void {
  const content = readFileSync(file);
  bytes.copy(content, offset);
  writeFileSync(file, content);
}

function noise(bytes: number): Buffer {
  return Buffer.from(Array.from({ length: bytes }, (_, index) => (Math.imul(index + 1, 2654435761) >>> 13) & 255));
}

function runChild(source: string) {
  return spawnSync(process.execPath, ['--input-type=module', '--eval', source], { encoding: 'utf8' });
}
