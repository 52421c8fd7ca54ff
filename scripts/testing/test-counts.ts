import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

/** What one run of vitest came to; `failedFiles` are files that could not even be loaded. */
export type TestCounts = {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failedFiles: number;
  readonly failedPaths: readonly string[]; // of every file with a failure
};

const Report = z.object({
  numPassedTests: z.int().nonnegative(),
  numFailedTests: z.int().nonnegative(),
  numPendingTests: z.int().nonnegative(),
  numTodoTests: z.int().nonnegative(),
  testResults: z.array(z.object({ name: z.string(), status: z.string(), assertionResults: z.array(z.unknown()) })),
});

/** Reads vitest's JSON report; all zero where vitest died before it wrote one. */
export function readTestCounts(reportPath: string): TestCounts {
  if (!existsSync(reportPath)) return { passed: 0, failed: 0, skipped: 0, failedFiles: 0, failedPaths: [] };
  const report = Report.parse(JSON.parse(readFileSync(reportPath, 'utf8')));
  const failed = report.testResults.filter(({ status }) => status === 'failed');
  const failedFiles = failed.filter(({ assertionResults }) => assertionResults.length === 0).length;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + failedFiles,
    skipped: report.numPendingTests + report.numTodoTests,
    failedFiles,
    failedPaths: failed.map(({ name }) => name),
  };
}

/** The plain last line; a file that could not be loaded counts as one failure. */
export function countLine(counts: TestCounts): string {
  return `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
}

const MOST_TRIED_AGAIN = 3;

/**
 * The files to try once more, alone: where no more than three failed. More than that is no accident of a busy machine.
 * What then passes is named in the run's last lines: its test or its code leans on time, and wants mending.
 */
export function filesToTryAgain({ failedPaths }: TestCounts): readonly string[] {
  return failedPaths.length <= MOST_TRIED_AGAIN ? failedPaths : [];
}
