/** A run taken along: exported, written down as a passport, trained again to the same bits; and photos sorted by it. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandOutput } from '../../shared/contract/commands.ts';
import { samplePhotos, startThaw, thaw, thawJson, waitForStderr } from '../fixtures/thaw-command.ts';

const TRAINING_MS = 600_000;
const root = mkdtempSync(join(tmpdir(), 'thaw-taking-'));
const at = ['--project', join(root, 'project')];
const incoming = join(root, 'incoming');
const output = join(root, 'sorted');
let runId = '';

beforeAll(async () => {
  await thawJson('import', samplePhotos, ...at);
  runId = (await thawJson<CommandOutput<'runs.train'>>('train', '--epochs', '5', ...at)).runId;
  mkdirSync(incoming);
  for (const name of ['Misty', 'Tigger'])
    for (const file of readdirSync(join(samplePhotos, name)).slice(0, 8)) {
      const photo = join(incoming, file);
      copyFileSync(join(samplePhotos, name, file), photo);
    }
  writeFileSync(join(incoming, 'notes.txt'), 'no photo');
}, TRAINING_MS);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const snapshot = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const stats = statSync(join(folder, name), { bigint: true });
      return stats.isFile() ? `${name} ${stats.size} ${stats.mtimeNs}` : name;
    });

describe('thaw export', () => {
  it(
    'writes what its own runtime answers as the app does, and refuses a folder that is there',
    async () => {
      const folder = join(root, 'export');
      const args = [
        'export',
        '--run',
        runId,
        '--format',
        'onnx',
        '--output',
        folder,
        '--pictures',
        '6',
        '--with-preprocessing',
      ];
      const { exports } = await thawJson<CommandOutput<'runs.export'>>(...args, ...at);
      expect(exports).toHaveLength(1);
      expect(exports[0]).toMatchObject({ ready: true, format: 'onnx', opset: 18, preprocessingIncluded: true });
      const ofFiles = exports[0]!.checks.find(({ source }) => source === 'file')!;
      expect(ofFiles).toMatchObject({ pictures: 6, same: 6 });
      expect(ofFiles.largestDifference).toBeLessThan(1e-3);
      expect(readdirSync(join(folder, 'onnx'))).toContain('classify.py');
      const again = await thaw(...args, ...at);
      expect(again.code).toBe(1);
      expect(again.stderr).toMatch(/INVALID_INPUT: .*is there already/);
    },
    TRAINING_MS,
  );
});

describe('thaw export of a network that learnt from scratch, on grey pictures', () => {
  it(
    'is ready in its own runtime, and names nobody else as an owner',
    async () => {
      const scratch = ['train', '--network', 'lenet5', '--weights', 'scratch', '--freeze', 'none', '--epochs', '1'];
      const { runId: own } = await thawJson<CommandOutput<'runs.train'>>(...scratch, ...at);
      const folder = join(root, 'from scratch');
      const args = ['export', '--run', own, '--format', 'onnx', '--pictures', '4', ...at];
      const exportTo = async (output: string, ...more: string[]): Promise<void> => {
        const { exports } = await thawJson<CommandOutput<'runs.export'>>(...args, '--output', output, ...more);
        expect(exports[0]).toMatchObject({ ready: true, format: 'onnx' });
        expect(exports[0]!.checks.find(({ source }) => source === 'file')).toMatchObject({ pictures: 4, same: 4 });
      };
      await exportTo(folder);
      expect(readFileSync(join(folder, 'onnx', 'LICENCE.txt'), 'utf8')).toContain('from random weights');
      await exportTo(join(root, 'from scratch, with the resize'), '--with-preprocessing');
      const weigh = ['ensemble', 'weigh', runId, own, '--method', 'equal', '--save', 'grey and colour', ...at];
      const { ensembleId } = await thawJson<CommandOutput<'ensembles.save'>>(...weigh);
      const file = join(root, 'grey and colour.onnx');
      const both = await thawJson<CommandOutput<'ensembles.export'>>('ensemble', 'export', ensembleId, file, ...at);
      expect(both.sameAnswers).toBe(both.checked);
      expect(both.largestDifference).toBeLessThan(1e-3);
    },
    TRAINING_MS,
  );
});

describe('thaw passport and thaw reproduce', () => {
  it(
    'train the same weights again from the file, bit for bit, and say where photos changed',
    async () => {
      const file = join(root, 'passport.html');
      await thawJson('evaluate', '--run', runId, '--split', 'val', ...at);
      await thawJson('passport', '--run', runId, '--output', file, ...at);
      expect(readFileSync(file, 'utf8')).toContain('thaw reproduce');
      const again = await thawJson<CommandOutput<'runs.reproduce'>>('reproduce', file, ...at);
      expect(again).toMatchObject({ isSame: true, originalRunId: runId, differences: [] });
      expect(again.found).toBe(again.expected);
      await thawJson('classes', '--rename', 'Misty', '--to', 'Mist', ...at);
      const refused = await thaw('reproduce', '--run', runId, ...at);
      expect(refused.stderr).toContain('INVALID_INPUT');
      await thawJson('classes', '--rename', 'Mist', '--to', 'Misty', ...at);
    },
    TRAINING_MS,
  );
});

describe('thaw sort', () => {
  it(
    'moves photos to their classes and takes them back',
    async () => {
      const before = snapshot(root);
      const report = await thawJson<CommandOutput<'sort.folder'>>(
        ...['sort', incoming, '--run', runId, '--output', output, '--move', '--sure', '0.5', ...at],
      );
      expect(report.sorted + report.review).toBe(16);
      expect(report.skipped.map(({ path }) => path)).toEqual([join(incoming, 'notes.txt')]);
      expect(readdirSync(incoming)).toEqual(['notes.txt']);
      const lines = readFileSync(report.csv!, 'utf8').trimEnd().split('\r\n');
      expect(lines).toHaveLength(17);
      const undone = await thawJson<CommandOutput<'sort.undo'>>('sort', '--undo', ...at);
      expect(undone).toMatchObject({ restored: 16, left: [] });
      expect(existsSync(output)).toBe(false);
      const withoutProject = (names: readonly string[]) => names.filter((name) => !name.startsWith('project'));
      expect(withoutProject(snapshot(root))).toEqual(withoutProject(before));
    },
    TRAINING_MS,
  );

  it(
    'goes on with what comes into a watched folder until Ctrl-C, and refuses the project itself',
    async () => {
      const refused = await thaw('sort', join(root, 'project', 'images'), '--output', output, ...at);
      expect(refused.stderr).toContain('INVALID_INPUT');
      const watched = join(root, 'watched');
      mkdirSync(watched);
      const started = startThaw(['sort', watched, '--run', runId, '--output', output, '--watch', '--json', ...at]);
      copyFileSync(
        join(samplePhotos, 'Tigger', readdirSync(join(samplePhotos, 'Tigger'))[0]!),
        join(watched, 'one.jpg'),
      );
      await waitForStderr(started, '1 new photos sorted');
      started.process.kill('SIGINT');
      const { code, stdout } = await started.finished;
      expect(code).toBe(0);
      const report = JSON.parse(stdout) as CommandOutput<'sort.folder'>;
      expect(report.sorted + report.review).toBe(1);
      expect((await thaw('sort', '--undo', ...at)).code).toBe(0);
    },
    TRAINING_MS,
  );
});
