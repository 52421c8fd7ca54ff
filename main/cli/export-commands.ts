/** `thaw export`: a finished run for other programs, proven beside the app. */
import type { Command } from 'commander';
import type { CommandInput, CommandOutput } from '../../shared/contract/commands.ts';
import { doesAgree, type ExportCheck, ExportFormat, type ExportRecord } from '../../shared/domain/export.ts';
import { integer, oneOf } from './options.ts';
import { printable } from './output.ts';
import { type Define, perform } from './perform.ts';

type FormatChoice = ExportFormat | 'all';
type Options = {
  readonly run: string;
  readonly format: FormatChoice;
  readonly output: string;
  readonly withPreprocessing: boolean;
  readonly pictures?: number;
};

export function defineExportCommand(define: Define): void {
  define('export', 'a run for other programs, proven in their own runtimes')
    .requiredOption('--run <id>', 'the run')
    .requiredOption('--output <folder>', 'gets a folder of the name of each format')
    .option('--format <name>', `${ExportFormat.options.join(', ')} or all`, oneOf({ options: choices }), 'all')
    .option('--with-preprocessing', 'ONNX takes RGB of any size, the resize is in the graph', false)
    .option('--pictures <number>', 'photos to compare on, 64 unless told', integer)
    .action((options: Options, self: Command) => {
      const { run, format, output, withPreprocessing, pictures } = options;
      const input = {
        ...{ runId: run, formats: format === 'all' ? [...ExportFormat.options] : [format], output },
        ...{ preprocessing: withPreprocessing, ...(pictures !== undefined && { mostPictures: pictures }) },
      } as CommandInput<'runs.export'>; // checked by the contract
      return perform(self, {
        ...{ name: 'runs.export', input, text: showExports },
        wasRefused: ({ exports }) => exports.some(({ ready }) => !ready),
      });
    });
}

const choices: readonly FormatChoice[] = [...ExportFormat.options, 'all'];

/** A paragraph an export: where it is, and how each runtime compared. */
export function showExports({ exports }: CommandOutput<'runs.export'>): string {
  return exports.map(showExport).join('\n\n');
}

function showExport({ format, folder, ready, opset, files, checks }: ExportRecord): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const kind = opset === null ? format : `${format}, opset ${opset}`;
  const head = ready
    ? `ready: ${printable(folder)} (${kind}, ${(bytes / 1e6).toFixed(1)} MB)`
    : `NOT ready: ${kind}; it does not answer as the app does, so nothing was kept`;
  return [head, ...checks.map(showCheck)].join('\n');
}

const SOURCES: Readonly<Record<ExportCheck['source'], string>> = {
  vector: 'the test picture',
  file: 'photos from their files',
  pixels: 'the same pixels',
  tensors: 'every tensor',
};

function showCheck(check: ExportCheck): string {
  const { runtime, source, why, pictures, same, largestDifference, disagreements } = check;
  if (why !== null) return `  not tried: ${runtime}: ${why}`;
  const largest = largestDifference === null ? '–' : largestDifference.toExponential(1);
  const verdict = doesAgree(check) ? 'agrees' : 'DIFFERS';
  const margins = disagreements.map(({ picture, margin }) => `${printable(picture)} (margin ${margin.toFixed(4)})`);
  const other = margins.length === 0 ? '' : `\n    another answer: ${margins.join(', ')}`;
  return `  ${verdict}: ${runtime}, ${SOURCES[source]}: ${same} of ${pictures} the same, largest difference ${largest}${other}`;
}
