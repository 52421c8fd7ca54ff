/** Frozen backbone, softmax only, default settings: three seeds on photos that nothing was chosen on. */
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { CommandOutput } from '../../shared/contract/commands.ts';
import { thawJson } from '../fixtures/thaw-command.ts';
import { compareWithLogistic } from './logistic-peer.ts';
import type { BenchRecord } from './record.ts';
import { findTestPictures } from './shared-data.ts';

const SEEDS = [0, 1, 2];
const TEST_EVERY = 5; // of each class by sorted name

export async function benchAccuracy(): Promise<readonly BenchRecord[]> {
  const root = mkdtempSync(join(tmpdir(), 'thaw-bench-'));
  try {
    return [...(await hymenoptera(root)), ...(await catsAndDogs(root))];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function hymenoptera(root: string): Promise<readonly BenchRecord[]> {
  const photos = findTestPictures('hymenoptera');
  if (photos === null) return [];
  const project = join(root, 'hymenoptera');
  await thawJson('import', photos, '--split-from-folders', '--project', project);
  return measure(project, {
    name: 'hymenoptera',
    photos,
    goal: 'mean of 3 seeds at least 143 of 153 (logistic regression, C chosen inside train: 143 to 145)',
    isMet: (correct) => correct >= 143,
  });
}

async function catsAndDogs(root: string): Promise<readonly BenchRecord[]> {
  const photos = findTestPictures('cats-dogs');
  if (photos === null) return [];
  const parted = join(root, 'cats-dogs-parted');
  for (const name of readdirSync(photos, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    const files = readdirSync(join(photos, name.name)).sort();
    for (const [index, file] of files.entries()) {
      const side = index % TEST_EVERY === 0 ? 'test' : 'train';
      cpSync(join(photos, name.name, file), join(parted, side, name.name, file));
    }
  }
  const project = join(root, 'cats-dogs');
  await thawJson('import', parted, '--split-from-folders', '--project', project);
  return measure(project, {
    name: 'cats-dogs',
    photos: parted,
    goal: 'mean of 3 seeds at least 98.5 % (logistic regression: 98.9 %)',
    isMet: (correct, total) => correct / total >= 0.985,
  });
}

type Question = {
  readonly name: string;
  readonly photos: string; // folders of classes below train/ and one held-out folder
  readonly goal: string;
  readonly isMet: (meanCorrect: number, total: number) => boolean;
};

async function measure(project: string, question: Question): Promise<readonly BenchRecord[]> {
  const at = ['--project', project];
  const runs: CommandOutput<'runs.train'>[] = [];
  for (const seed of SEEDS) runs.push(await thawJson('train', '--seed', String(seed), ...at));
  const records: BenchRecord[] = [];
  for (const views of ['centre', 'mirror', 'ten-crop']) {
    const reports: CommandOutput<'runs.evaluate'>[] = [];
    for (const { runId } of runs) reports.push(await thawJson('evaluate', '--run', runId, '--views', views, ...at));
    const meanCorrect = reports.reduce((sum, { correct }) => sum + correct, 0) / reports.length;
    const total = reports[0]?.total ?? 0;
    records.push({
      name: `${question.name} ${views}`,
      work: `${reports.map(({ correct }) => correct).join(', ')} of ${total} right (seeds ${SEEDS.join(', ')})`,
      ours: meanCorrect,
      peer: null,
      peerName: null,
      ratio: null,
      goal: views === 'centre' ? question.goal : 'printed beside the centre crop',
      met: views === 'centre' ? question.isMet(meanCorrect, total) : null,
    });
  }
  const { name, photos } = question;
  const runIds = runs.map(({ runId }) => runId);
  return [...records, ...(await compareWithLogistic({ name, photos, project, runIds, scratch: dirname(project) }))];
}
