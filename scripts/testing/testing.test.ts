import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { leftOut } from './left-out.ts';
import { countLine, filesToTryAgain, readTestCounts } from './test-counts.ts';

let root: string;

beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'thaw-testing-')), 'checkout');
  mkdirSync(join(root, 'node_modules'), { recursive: true });
});
afterEach(() => rmSync(join(root, '..'), { recursive: true, force: true }));

it('names everything that is left out, with the reason', () => {
  writeFileSync(join(root, 'node_modules', '.thaw-stamp.json'), '{"tensorflow":"missing","why":"no compiler"}');
  const lines = leftOut(root, {}, false).join('\n');
  expect(lines).toMatch(/no \.\.\/shared/);
  expect(lines).toMatch(/TensorFlow \(no compiler\)/);
  expect(lines).toMatch(/long tests/);
});

it('leaves nothing out where all is there', () => {
  writeFileSync(join(root, 'node_modules', '.thaw-stamp.json'), '{"tensorflow":"cpu","why":""}');
  expect(leftOut(root, { THAW_SHARED: root }, true)).toEqual([]);
  mkdirSync(join(root, '..', 'shared'));
  expect(leftOut(root, {}, true)).toEqual([]);
});

it('counts a test file that could not be loaded as one failure', () => {
  const reportPath = join(root, 'report.json');
  const testResults = [
    { name: 'a.test.ts', status: 'failed', assertionResults: [] },
    { name: 'b.test.ts', status: 'passed', assertionResults: [{}, {}] },
  ];
  const report = { numPassedTests: 2, numFailedTests: 0, numPendingTests: 3, numTodoTests: 1, testResults };
  writeFileSync(reportPath, JSON.stringify(report));
  expect(countLine(readTestCounts(reportPath))).toBe('2 passed, 1 failed, 4 skipped');
  expect(countLine(readTestCounts(join(root, 'none.json')))).toBe('0 passed, 0 failed, 0 skipped');
});

it('tries up to three files again, and nothing where more failed', () => {
  const failing = (...failedPaths: string[]) =>
    filesToTryAgain({ passed: 9, failed: failedPaths.length, skipped: 0, failedFiles: 0, failedPaths });
  expect(failing('a.test.ts', 'b.test.ts', 'c.test.ts')).toEqual(['a.test.ts', 'b.test.ts', 'c.test.ts']);
  expect(failing('a.test.ts', 'b.test.ts', 'c.test.ts', 'd.test.ts')).toEqual([]);
});
