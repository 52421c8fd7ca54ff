/**
 * `npm test`: says what is left out, runs vitest, ends with one plain line of counts.
 *
 *   node scripts/test.ts [--full] [vitest's arguments...]
 *
 * --full also runs the long tests (THAW_FULL=1). Fails when a test failed, and when none ran.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { leftOut } from './testing/left-out.ts';
import { countLine, readTestCounts } from './testing/test-counts.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

function runVitest(vitestArguments: readonly string[], isFull: boolean): Promise<number> {
  const command = [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...vitestArguments];
  const env = isFull ? { ...process.env, THAW_FULL: '1' } : process.env;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, { cwd: root, env, stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

const given = process.argv.slice(2);
const isFull = given.includes('--full');
const folder = mkdtempSync(join(tmpdir(), 'thaw-test-'));
try {
  for (const line of leftOut(root, process.env, isFull)) process.stdout.write(`LEFT OUT: ${line}\n`);
  const reportPath = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportPath}`];
  const code = await runVitest([...given.filter((argument) => argument !== '--full'), ...reporters], isFull);
  const counts = readTestCounts(reportPath);
  process.stdout.write(`${countLine(counts)}\n`);
  if (counts.passed + counts.failed === 0) process.stdout.write('No test ran: that counts as a failure.\n');
  process.exitCode = code !== 0 || counts.failed > 0 || counts.passed === 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
