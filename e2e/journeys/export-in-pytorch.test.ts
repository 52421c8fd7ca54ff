/** An export as safetensors, asked by its own sample in PyTorch, beside the app's answers: needs 6 GB of packages once. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandOutput } from '../../shared/contract/commands.ts';
import { PROBABILITY_TOLERANCE } from '../../shared/domain/export.ts';
import { findPeerPython } from '../bench/peers/environment.ts';
import { tellLeftOut } from '../fixtures/left-out.ts';
import { samplePhotos, thawJson } from '../fixtures/thaw-command.ts';

const LONG_MS = 600_000;
const isFull = process.env.THAW_FULL === '1';
const python = isFull ? findPeerPython() : null;
const why = isFull ? 'its Python environment could not be made' : 'THAW_FULL=1 installs PyTorch (6 GB) and asks it';
tellLeftOut('the sample of a safetensors export in PyTorch', python === null ? why : null);

describe.skipIf(python === null)('the sample of a safetensors export', () => {
  const root = mkdtempSync(join(tmpdir(), 'thaw-pytorch-'));
  const at = ['--project', join(root, 'project')];
  let runId = '';
  beforeAll(async () => {
    await thawJson('import', samplePhotos, ...at);
    runId = (await thawJson<CommandOutput<'runs.train'>>('train', '--epochs', '5', ...at)).runId;
  }, LONG_MS);
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it(
    'answers in PyTorch as the app does, from the encoded file on',
    async () => {
      const folder = join(root, 'export');
      await thawJson('export', '--run', runId, '--format', 'safetensors', '--output', folder, ...at);
      const found = readdirSync(folder, { recursive: true, encoding: 'utf8' });
      const script = join(folder, found.find((name) => name.endsWith('classify.py'))!);
      const photos = join(samplePhotos, 'Tigger');
      const { predictions } = await thawJson<CommandOutput<'runs.predict'>>('predict', photos, '--run', runId, ...at);
      const paths = predictions.map(({ path }) => path);
      const { stdout } = await promisify(execFile)(python!, [script, '--json', ...paths], { maxBuffer: 2 ** 26 });
      const answers = JSON.parse(stdout) as Record<string, number[]>;
      expect(Object.keys(answers)).toHaveLength(paths.length);
      for (const { path, probabilities } of predictions) {
        const own = answers[path]!;
        expect(own.indexOf(Math.max(...own)), path).toBe(probabilities.indexOf(Math.max(...probabilities)));
        for (const [label, value] of probabilities.entries())
          expect(Math.abs(own[label]! - value), path).toBeLessThan(PROBABILITY_TOLERANCE);
      }
    },
    LONG_MS,
  );
});
