/**
 * The product's main job, end to end, on the sample that ships with it: import, train the softmax, test with
 * centre crop and 10-crop, sort a photo. Every step is a command that a person could type.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const sample = join(root, 'resources', 'sample', 'photos');
const project = mkdtempSync(join(tmpdir(), 'thaw-demo-'));

function thaw(...args: string[]): string {
  process.stdout.write(`\n$ thaw ${args.join(' ').replaceAll(root, '')}\n`);
  const command = [join(root, 'main', 'cli', 'thaw.ts'), ...args, '--project', project];
  const run = spawnSync(process.execPath, command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  process.stdout.write(run.stdout);
  if (run.status !== 0) throw new Error(`'thaw ${args[0]}' failed with exit code ${run.status}`);
  return run.stdout;
}

try {
  thaw('import', sample);
  thaw('summary');
  const training = thaw('train', '--seed', '1');
  const runId = /run_[a-z0-9]{12}/.exec(training)?.[0];
  if (runId === undefined) throw new Error('the training named no run');
  thaw('evaluate', '--run', runId, '--views', 'centre');
  thaw('evaluate', '--run', runId, '--views', 'ten-crop');
  thaw('runs');
  thaw('predict', '--run', runId, join(sample, 'Tigger'));
  process.stdout.write('\nThe demo is done: imported, trained, logged, tested with 10-crop.\n');
} finally {
  rmSync(project, { recursive: true, force: true });
}
