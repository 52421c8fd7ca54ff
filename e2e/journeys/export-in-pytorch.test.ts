/** An export as safetensors, asked by its own sample in PyTorch, beside the app's answers: needs 6 GB of packages once. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawTestPicture } from '../../main/engine/export/test-picture.ts';
import { writeExport } from '../../main/engine/export/write-export.ts';
import { inference64, widened } from '../../main/engine/reference/training-step.ts';
import { centreInput } from '../../main/imaging/grey.ts';
import type { CommandOutput } from '../../shared/contract/commands.ts';
import { PROBABILITY_TOLERANCE } from '../../shared/domain/export.ts';
import { RunId } from '../../shared/domain/ids.ts';
import { softmax } from '../../shared/math/statistics.ts';
import { findNetwork, networks } from '../../shared/networks/registry.ts';
import { findPeerPython } from '../bench/peers/environment.ts';
import { tellLeftOut } from '../fixtures/left-out.ts';
import { narrowed, narrowWeights } from '../fixtures/parity-narrow.ts';
import { samplePhotos, thawJson } from '../fixtures/thaw-command.ts';

const LONG_MS = 600_000;
const isFull = process.env.THAW_FULL === '1';
const python = isFull ? findPeerPython() : null;
const why = isFull ? 'its Python environment could not be made' : 'THAW_FULL=1 installs PyTorch (6 GB) and asks it';
tellLeftOut('the sample of a safetensors export in PyTorch', python === null ? why : null);

describe.skipIf(python === null)('the sample of a safetensors export, by network.json alone', () => {
  it(
    'answers as the float64 reference for every network that Thaw knows, narrow, also those that have no class in Python',
    async () => {
      const root = mkdtempSync(join(tmpdir(), 'thaw-graphs-'));
      const folders = await Promise.all(Object.keys(networks).map((id) => exportNarrow(id, join(root, id))));
      const checker = 'import runpy, sys\nfor p in sys.argv[2:]: print(p, runpy.run_path(p)["check"]())';
      const scripts = folders.map((folder) => join(folder, 'classify.py'));
      const { stdout } = await promisify(execFile)(python!, ['-c', checker, '--graph', ...scripts], {
        maxBuffer: 2 ** 26,
      });
      for (const script of scripts) expect(stdout).toContain(`${script} True`);
      const differences = [...stdout.matchAll(/largest difference (\S+),/g)].map(([, found]) => Number(found));
      expect(Math.max(...differences)).toBeLessThan(1e-4);
      rmSync(root, { recursive: true });
    },
    LONG_MS,
  );
});

/** Three classes, an eighth of the width, the weights of the oracles; the test vector by the reference interpreter. */
async function exportNarrow(id: string, place: string): Promise<string> {
  const small = narrowed(findNetwork(id));
  const side = small.inputShape[1]!;
  const network = { ...small, preprocessing: { ...small.preprocessing, cropSize: side, resizeShortSide: side + 8 } };
  const weights = narrowWeights(network);
  const input = centreInput(drawTestPicture(), network.preprocessing);
  const [logits] = inference64({ network, parameters: widened(weights), input }, [network.heads[0]!.node]);
  const licence = { backbone: id, spdx: null, copyright: null, source: null, text: null };
  const subject = {
    runId: RunId.parse('run_abcdefghijkl'),
    title: id,
    network,
    weights,
    classes: ['a', 'b', 'c'],
    licence,
  };
  const wish = { format: 'safetensors', preprocessing: false, pictures: [], testAnswer: softmax(logits!) } as const;
  const rest = { breathe: () => undefined, onPicture: () => undefined, now: () => new Date() };
  const { ready } = await writeExport({ ...wish, ...rest, subject, place, threads: 1 });
  expect(ready, id).toBe(true);
  return place;
}

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
