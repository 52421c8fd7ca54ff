import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type LogPlace, openRotatingLog, readLogEnd } from './rotating-log.ts';

let place: LogPlace;
let nowMs = 0;
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'thaw-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const limits = { maxFiles: 3, maxFileBytes: 1000, maxEntriesPerMinute: 1e6, maxEntryBytes: 100 };
  place = { folder: join(folder, 'logs'), name: 'crash', ...limits };
  nowMs = 0;
});
const open = (change: Partial<LogPlace> = {}) =>
  openRotatingLog({ ...place, ...change }, { clock: () => new Date(Date.UTC(2026, 2, 29, 1)), now: () => nowMs });
const read = (name: string): string => readFileSync(join(place.folder, name), 'utf8');

describe('fault 42: a log that is flooded', () => {
  it('keeps the newest entries in a few files of a bounded size', () => {
    const log = open();
    for (let number = 0; number < 500; number += 1) log.append(`entry ${number}`);
    expect(readdirSync(place.folder).sort()).toEqual(['crash.1.log', 'crash.2.log', 'crash.log']);
    for (const name of readdirSync(place.folder))
      expect(statSync(join(place.folder, name)).size).toBeLessThanOrEqual(1000);
    const kept = ['crash.2.log', 'crash.1.log', 'crash.log'].map(read).join('').trimEnd().split('\n');
    const numbers = kept.map((line) => Number(/entry (\d+)$/.exec(line)?.[1]));
    expect(numbers).toEqual(Array.from(numbers, (_, at) => 500 - numbers.length + at)); // without a gap, up to the last
    expect(numbers.length).toBeGreaterThan(50);
  });

  it('takes so many entries a minute, then says how many it left out', () => {
    const log = open({ maxEntriesPerMinute: 3 });
    for (let number = 0; number < 10_000; number += 1) log.append(`entry ${number}`);
    expect(read('crash.log').trimEnd().split('\n')).toHaveLength(3);
    nowMs = 60_000;
    log.append('later');
    const lines = read('crash.log').trimEnd().split('\n');
    expect(lines.slice(3)).toEqual([
      '2026-03-29T01:00:00.000Z 9997 more entries of that minute were left out.',
      '2026-03-29T01:00:00.000Z later',
    ]);
  });

  it('cuts an entry that is too long', () => {
    open().append('x'.repeat(1e6));
    expect(read('crash.log')).toBe(`2026-03-29T01:00:00.000Z ${'x'.repeat(100)}… (cut)\n`);
  });

  it('never throws: where it cannot write, the entry is lost', () => {
    writeFileSync(place.folder, 'a file where the folder should be');
    expect(() => open().append('lost')).not.toThrow();
    expect(readLogEnd(place, 100)).toBe('');
  });

  it('gives its end, and of a short log all', () => {
    expect(readLogEnd(place, 100)).toBe('');
    const log = open();
    log.append('one');
    log.append('two');
    expect(readLogEnd(place, 4)).toBe('two\n');
    expect(readLogEnd(place, 4000)).toBe(read('crash.log'));
  });
});
