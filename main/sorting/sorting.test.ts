/** Files really moved, on a real disk: names that are taken, kills in the middle, and the way back. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tellLeftOut } from '../../e2e/fixtures/left-out.ts';
import { RunId } from '../../shared/domain/ids.ts';
import { SortId, type SortMode } from '../../shared/domain/sorting.ts';
import { seededRandom } from '../../shared/math/random.ts';
import { carryOut, type Errand } from './carry-out.ts';
import { journalFile, openJournal } from './journal.ts';
import { FreeNames, folderNameOf, folderNames } from './plan.ts';
import { undoSort } from './undo.ts';

const sortId = SortId.parse('sort_abcdefghijkl');
const never = new AbortController().signal;
let root: string;
let source: string;
let output: string;
let journalPath: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'thaw-sorting-'));
  source = join(root, 'photos');
  output = join(root, 'sorted');
  journalPath = journalFile(join(root, 'sorts'), sortId);
  mkdirSync(join(root, 'sorts'));
  mkdirSync(join(source, 'below'), { recursive: true });
});
afterEach(() => rm(root, { recursive: true, force: true }));

function writePhotos(count: number): string[] {
  const paths = Array.from({ length: count }, (_, at) => join(source, at % 3 === 0 ? 'below' : '', `photo ${at}.jpg`));
  for (const [at, path] of paths.entries()) {
    writeFileSync(path, `photo number ${at} ${'x'.repeat(at * 37)}`);
    utimesSync(path, 1_600_000_000 + at, 1_500_000_000.123456 + at);
  }
  for (const folder of [join(source, 'below'), source]) utimesSync(folder, 1_700_000_000, 1_400_000_000.25);
  return paths;
}

/** Everything below a folder: names, bytes, and times of files to the nanosecond, of folders to the microsecond. */
function snapshot(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  const look = (path: string): void => {
    const { mtimeNs } = statSync(path, { bigint: true });
    if (statSync(path).isDirectory()) {
      found[`${relative(folder, path)}/`] = `${(mtimeNs + 500n) / 1000n}`;
      for (const name of readdirSync(path).sort()) look(join(path, name));
    } else found[relative(folder, path)] = `${mtimeNs} ${readFileSync(path, 'utf8')}`;
  };
  look(folder);
  return found;
}

const errandsOf = (paths: readonly string[]): Errand[] =>
  paths.map((from, at) => {
    const className = at % 5 === 0 ? null : at % 2 === 0 ? 'Tigger' : 'Misty';
    return { from, folder: join(output, className ?? 'review'), className };
  });

async function sortAll(errands: readonly Errand[], mode: SortMode, signal: AbortSignal = never) {
  const journal = await openJournal(journalPath, 'new');
  const runId = RunId.parse('run_abcdefghijkl');
  const begin = { kind: 'begin', formatVersion: 1, sortId, runId, mode, output, surePercent: 90 } as const;
  await journal.append([{ ...begin, startedAt: '2026-11-25T12:00:00Z' }]);
  const request = { errands, mode, sortId, output, journal, names: new FreeNames(), knownFolders: new Set<string>() };
  const carried = await carryOut({ ...request, signal, onDone: () => undefined });
  await journal.close();
  return carried;
}

const undo = (signal: AbortSignal = never) =>
  undoSort({ journalPath, signal, onDone: () => undefined, now: () => new Date('2026-11-25T13:00:00Z') });

describe.each(['move', 'copy'] as const)('a sort by %s', (mode) => {
  it('brings every photo with its times to its folder, and undo restores names, bytes, times and folders', async () => {
    const paths = writePhotos(70);
    const before = snapshot(root);
    const carried = await sortAll(errandsOf(paths), mode);
    expect(carried.done).toHaveLength(70);
    expect(readdirSync(join(output, 'review'))).toHaveLength(14);
    expect(existsSync(paths[3]!)).toBe(mode === 'copy');
    const moved = join(output, 'Misty', 'photo 3.jpg');
    expect(statSync(moved).mtimeMs).toBeCloseTo(1_500_000_003_123.456, 2);
    const undone = await undo();
    expect(undone).toMatchObject({ restored: 70, left: [], wasStopped: false });
    rmSync(journalPath);
    const after = snapshot(root);
    for (const found of [before, after]) {
      delete found['/']; // the folder of this test itself, and of the journal
      delete found['sorts/'];
    }
    expect(after).toEqual(before);
  });

  it('never overwrites: a taken name gets a number, also for twins from two folders', async () => {
    const paths = writePhotos(6);
    const twin = join(source, 'below', 'photo 1.jpg');
    writeFileSync(twin, 'the twin');
    mkdirSync(join(output, 'Misty'), { recursive: true });
    writeFileSync(join(output, 'Misty', 'PHOTO 1.jpg'), 'was here');
    const { done } = await sortAll(errandsOf([...paths, paths[0]!, twin]).slice(1), mode);
    expect(readFileSync(join(output, 'Misty', 'PHOTO 1.jpg'), 'utf8')).toBe('was here');
    expect(done.map(({ to }) => relative(output, to))).toContain(join('Misty', 'photo 1 (2).jpg'));
    expect(readFileSync(join(output, 'Misty', 'photo 1 (3).jpg'), 'utf8')).toBe('the twin');
    expect((await undo()).left).toEqual([]);
    expect(readdirSync(join(output, 'Misty'))).toEqual(['PHOTO 1.jpg']);
  });

  it('stops within a batch, and what was done so far can be undone', async () => {
    const paths = writePhotos(100);
    const before = snapshot(source);
    const stopping = new AbortController();
    const journal = sortAll(errandsOf(paths), mode, stopping.signal);
    stopping.abort();
    const { wasStopped, done } = await journal;
    expect(wasStopped).toBe(true);
    expect(done.length).toBeLessThan(100);
    expect((await undo()).left).toEqual([]);
    expect(snapshot(source)).toEqual(before);
  });
});

it('goes on where an undo was stopped', async () => {
  const paths = writePhotos(40);
  const before = snapshot(source);
  await sortAll(errandsOf(paths), 'move');
  const stopped = new AbortController();
  stopped.abort();
  expect((await undo(stopped.signal)).wasStopped).toBe(true);
  expect((await undo()).restored).toBe(40);
  expect(snapshot(source)).toEqual(before);
});

it('leaves alone what somebody changed since, and says so', async () => {
  const paths = writePhotos(3);
  await sortAll(errandsOf(paths), 'move');
  const moved = join(output, 'Misty', 'photo 1.jpg');
  rmSync(moved);
  writeFileSync(moved, 'another photo, of another size');
  const { left } = await undo();
  expect(left.map(({ path }) => path)).toEqual([moved]);
  expect(readFileSync(moved, 'utf8')).toBe('another photo, of another size');
  expect(existsSync(paths[2]!)).toBe(true);
});

it('keeps a copy whose original is gone, and one that was edited', async () => {
  const paths = writePhotos(4);
  await sortAll(errandsOf(paths), 'copy');
  rmSync(paths[1]!);
  writeFileSync(join(output, 'Tigger', 'photo 2.jpg'), 'edited');
  const { left } = await undo();
  expect(left).toHaveLength(2);
  expect(existsSync(join(output, 'Misty', 'photo 1.jpg'))).toBe(true);
  expect(existsSync(join(output, 'Misty', 'photo 3.jpg'))).toBe(false);
});

describe('folder names', () => {
  it('are safe on every system, and different where classes are', () => {
    expect(['a/b', '..', 'CON', 'x.', 'nul.txt', '\u0000', '猫'].map(folderNameOf)).toEqual([
      ...['a_b', '_', '_CON', 'x', '_nul.txt', '_', '猫'],
    ]);
    expect(folderNames(['a/b', 'A_B', 'review', 'Review '], 'review')).toEqual({
      classes: ['a_b', 'A_B (2)', 'review', 'Review (2)'],
      review: 'review (3)',
    });
    expect(Buffer.byteLength(folderNameOf('猫'.repeat(80)))).toBeLessThanOrEqual(120);
  });
});

const isFull = process.env.THAW_FULL === '1';
const kills = isFull ? 100 : 12;
tellLeftOut(`sorts killed at more than ${kills} random points`, isFull ? null : 'THAW_FULL=1 kills at 100');

describe('killed at random points', () => {
  it(
    `loses and doubles no photo, and undo, killed as well, restores names, times and folders (${kills} kills of each)`,
    async () => {
      const draw = seededRandom(20261125);
      let [interrupted, undosInterrupted] = [0, 0];
      for (let round = 0; round < kills; round += 1) {
        const mode = round % 2 === 0 ? 'move' : 'copy';
        const paths = writePhotos(60);
        const before = snapshot(source);
        const expected = paths.map((path) => before[relative(source, path)]!.replace(/^\d+ /, ''));
        const requireAll = (): void => {
          const seen = photosIn(root);
          if (mode === 'move') expect(seen.toSorted(), `round ${round}`).toEqual(expected.toSorted());
          else expect(new Set(seen), `round ${round}`).toEqual(new Set(expected));
        };
        if ((await killed({ errands: errandsOf(paths), mode, afterMs: 2 + draw() * 60 })) === null) interrupted += 1;
        requireAll();
        if ((await killed({ errands: [], mode, afterMs: draw() * 20 })) === null) undosInterrupted += 1;
        requireAll();
        expect((await undo()).left, `round ${round}, ${mode}`).toEqual([]);
        expect(snapshot(source), `round ${round}, ${mode}`).toEqual(before);
        expect(existsSync(output), `round ${round}, ${mode}`).toBe(false);
        for (const folder of [source, journalPath]) rmSync(folder, { recursive: true });
        mkdirSync(join(source, 'below'), { recursive: true });
      }
      expect(interrupted).toBeGreaterThan(kills / 4); // else nothing was tried
      expect(undosInterrupted).toBeGreaterThan(kills / 4);
    },
    isFull ? 600_000 : 240_000,
  );
});

/** Contents of whole photos below a folder; names that are only taken, and copies that still grow, are none. */
function photosIn(folder: string): string[] {
  const found: string[] = [];
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    if (!name.endsWith('.jpg') || statSync(path).size === 0) continue;
    found.push(readFileSync(path, 'utf8'));
  }
  return found;
}

type Kill = { readonly errands: readonly Errand[]; readonly mode: SortMode; readonly afterMs: number };

/** A process that sorts, or undoes where there are no errands, killed some time after it began; its exit code, null where it was killed. */
async function killed({ errands, mode, afterMs }: Kill): Promise<number | null> {
  const program = fileURLToPath(new URL('./sort-for-tests.ts', import.meta.url));
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), afterMs));
  child.stdin.end(JSON.stringify({ errands, mode, output, journalPath, sortId }));
  return await ended;
}
