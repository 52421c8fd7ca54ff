/** `thaw lab`: the classic experiments, as tables and charts; their runs are kept in projects of their own. */
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { toFailure } from '../../shared/contract/errors.ts';
import { openClient } from '../host/open-client.ts';
import { experiments, type LabOptions, runLab } from '../lab/lab.ts';
import type { LabReport } from '../lab/report.ts';
import { integer } from './options.ts';
import { progressReporter, table } from './output.ts';
import { type Define, fail } from './perform.ts';
import { stopOnSignals } from './signals.ts';

type Options = {
  readonly project?: string;
  readonly json?: boolean;
  readonly full: boolean;
  readonly seed: number;
  readonly seeds?: number;
  readonly pictures?: number;
};

export function defineLabCommand(define: Define): void {
  define('lab', 'the classic experiments on generated pictures: tables and charts')
    .argument('[experiments...]', `of ${experiments.map(({ id }) => id).join(', ')}; none: all`)
    .option('--full', 'more pictures, epochs, depths and seeds: hours instead of minutes', false)
    .option('--seed <number>', 'of the pictures and of the first run', integer, 1)
    .option('--seeds <number>', 'runs of each variant, where chance is asked about', integer)
    .option('--pictures <number>', 'to learn from, instead of as many as the size has', integer)
    .action(async (wanted: readonly string[], _options: unknown, self: Command) => {
      const { project = 'thaw-lab', json = false, full, seed, seeds, pictures } = self.optsWithGlobals<Options>();
      const reporter = progressReporter(process.stderr, () => performance.now());
      const say = (text: string): void => reporter.onEvent({ kind: 'note', text });
      const options: LabOptions = {
        ...{ folder: resolve(project), wanted, isFull: full, seed },
        ...(seeds !== undefined && { seedCount: seeds }),
        ...(pictures !== undefined && { pictures }),
        openProject: (folder) => openClient({ folder, create: true, onNote: say }),
        ...{ onEvent: reporter.onEvent, signal: stopOnSignals(say) },
      };
      try {
        const reports = await runLab(options);
        reporter.end();
        process.stdout.write(`${json ? JSON.stringify(reports, null, 2) : reports.map(showReport).join('\n\n\n')}\n`);
        if (!json) process.stdout.write(`\nCharts: ${join(options.folder, 'reports')}\n`);
      } catch (error) {
        reporter.end();
        fail({ json }, toFailure(error));
      }
    });
}

export function showReport({ title, setting, columns, rows, published, verdict }: LabReport): string {
  return [
    ...[title, setting, '', table([columns, ...rows]), '', verdict],
    ...published.map(({ claim, source }) => `Published: ${claim} (${source}).`),
  ].join('\n');
}
