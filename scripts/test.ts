/**
 * `npm test`: says what is left out, runs vitest, ends with one plain line of counts.
 *
 *   node scripts/test.ts [--full] [vitest's arguments...]
 *
 * --full also runs the long tests (THAW_FULL=1). Fails when a test failed, and when none ran. Up to three files that fail
 * are run once more, alone, and named as such: many start real processes, browsers and Electron, which stumble where every
 * core is taken by other tests. One that fails again has failed.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { leftOut } from './testing/left-out.ts';
import { countLine, filesToTryAgain, readTestCounts, type TestCounts } from './testing/test-counts.ts';

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
const asked = given.filter((argument) => argument !== '--full');
const folder = mkdtempSync(join(tmpdir(), 'thaw-test-'));

async function runTests(vitestArguments: readonly string[], reportName: string): Promise<[number, TestCounts]> {
  const reportPath = join(folder, reportName);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportPath}`];
  const code = await runVitest([...vitestArguments, ...reporters], isFull);
  return [code, readTestCounts(reportPath)];
}

try {
  for (const line of leftOut(root, process.env, isFull)) process.stdout.write(`LEFT OUT: ${line}\n`);
  let [code, counts] = await runTests(asked, 'report.json');
  const again = code === 0 ? [] : filesToTryAgain(counts);
  if (again.length > 0) {
    for (const path of again) process.stdout.write(`TRIED AGAIN, alone: ${path}\n`);
    const [secondCode, second] = await runTests([...again, '--maxWorkers=1'], 'again.json');
    process.stdout.write(`TRIED AGAIN: ${again.length} of the files that failed at first: ${countLine(second)}\n`);
    code = second.passed === 0 ? 1 : secondCode;
    counts = { ...counts, failed: second.failed, passed: counts.passed + counts.failed - second.failed };
  }
  process.stdout.write(`${countLine(counts)}${again.length > 0 ? `; tried again: ${again.join(', ')}` : ''}\n`);
  if (counts.passed + counts.failed === 0) process.stdout.write('No test ran: that counts as a failure.\n');
  process.exitCode = code !== 0 || counts.failed > 0 || counts.passed === 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
