/** `thaw sort`: photos into folders by the answers of a run or an ensemble, and back. */
import type { Command } from 'commander';
import type { CommandInput, CommandOutput } from '../../shared/contract/commands.ts';
import { AppError, toFailure } from '../../shared/contract/errors.ts';
import { asker } from './asker.ts';
import { percentOfShare } from './options.ts';
import { printable, table } from './output.ts';
import { type Define, fail, globalsOf, perform } from './perform.ts';
import { skippedLine } from './show.ts';

type Options = {
  readonly run?: string;
  readonly output?: string;
  readonly move: boolean;
  readonly sure: number;
  readonly watch: boolean;
  readonly list: boolean;
  readonly undo?: string | true;
};

export function defineSortCommand(define: Define): void {
  define('sort', 'copy or move photos into folders by class; --undo takes it back')
    .argument('[folders...]', 'folders or photos')
    .option('--run <id>', 'the run, or an ensemble, whose members keep their own crops; by default the best run')
    .option('--output <folder>', 'gets a folder a class, and one for review')
    .option('--move', 'move instead of copying', false)
    .option('--sure <share>', 'from 0 to 1: photos less sure go to review', percentOfShare, 90)
    .option('--watch', 'go on with what comes into the folders, until Ctrl-C', false)
    .option('--undo [sort]', 'take the last sort back, or that one')
    .option('--list', 'the sorts so far', false)
    .action((paths: string[], options: Options, command: Command) => {
      if (options.list) return perform(command, { name: 'sort.list', input: {}, text: showSorts });
      if (options.undo !== undefined) return undo(command, options.undo);
      return sort(command, paths, options);
    });
}

function undo(command: Command, which: string | true): Promise<void> {
  const input = { sortId: which === true ? null : which } as CommandInput<'sort.undo'>; // checked by the contract
  return perform(command, {
    ...{ name: 'sort.undo', input, text: showUndone },
    wasStopped: ({ cancelled }) => cancelled,
    wasRefused: ({ left }) => left.length > 0,
  });
}

async function sort(command: Command, paths: readonly string[], options: Options): Promise<void> {
  const { run, output, move, sure: surePercent, watch } = options;
  if (paths.length === 0 || output === undefined) {
    const error = new AppError('INVALID_INPUT', 'Give folders, and --output FOLDER. Or --undo, or --list.');
    return fail({ json: globalsOf(command).json ?? false }, toFailure(error));
  }
  const how = { output, mode: move ? 'move' : 'copy', surePercent, watch };
  const input = { ...asker(run), paths, ...how } as CommandInput<'sort.folder'>; // checked by the contract
  await perform(command, {
    ...{ name: 'sort.folder', input, text: showSort },
    wasStopped: ({ cancelled }) => cancelled && !watch,
    aside: ({ skipped }) => skipped.map(skippedLine),
  });
}

function showSort(report: CommandOutput<'sort.folder'>): string {
  const { sortId, mode, sorted, review, strangers, perClass, reviewFolder, csv, skippedCount, cancelled } = report;
  const rows = [
    ...perClass.map(({ name, photos, folder }) => [printable(name), `${photos}`, printable(folder)]),
    ['review', `${review}`, printable(reviewFolder)],
  ];
  const verb = mode === 'move' ? 'moved' : 'copied';
  return [
    `${verb} ${sorted + review} photos${cancelled ? ', then stopped' : ''}; ${skippedCount} files skipped`,
    table([['class', 'photos', 'folder'], ...rows]),
    ...(strangers === null || review === 0
      ? []
      : [`of those for review ${strangers} are strangers by the run's dial, ${review - strangers} not sure enough`]),
    ...(csv === null ? [] : [`table: ${printable(csv)}`]),
    `undo: thaw sort --undo ${sortId}`,
  ].join('\n');
}

function showUndone({ sortId, restored, left, cancelled }: CommandOutput<'sort.undo'>): string {
  const head = `${sortId}: ${restored} photos are as they were${cancelled ? ', then stopped: undo again for the rest' : ''}`;
  return [head, ...left.map(({ failure }) => `left alone: ${printable(failure.message)}`)].join('\n');
}

function showSorts({ sorts }: CommandOutput<'sort.list'>): string {
  if (sorts.length === 0) return "Nothing was sorted yet: 'thaw sort FOLDER --output FOLDER'.";
  const rows = sorts.map(({ sortId, startedAt, state, mode, sorted, review, output }) => [
    ...[sortId, startedAt.slice(0, 16), state, mode, `${sorted}`, `${review}`, printable(output)],
  ]);
  return table([['sort', 'begun', 'state', 'by', 'sorted', 'review', 'folder'], ...rows]);
}
