/** The command line: parses arguments, calls the contract, shows the result. It knows nothing else. */
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import type { CommandInput, CommandName, CommandOutput } from '../../shared/contract/commands.ts';
import { toFailure } from '../../shared/contract/errors.ts';
import { ViewSet } from '../../shared/domain/ids.ts';
import { Recipe } from '../../shared/domain/recipe.ts';
import { openClient } from '../host/open-client.ts';
import { printable, progressReporter } from './output.ts';
import * as show from './show.ts';

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;
const EXIT_CANCELLED = 130;

type Globals = { readonly project?: string; readonly json?: boolean };
type Request<N extends CommandName> = {
  readonly name: N;
  readonly input: CommandInput<N>;
  readonly text: (output: CommandOutput<N>) => string;
  readonly create?: boolean;
};

function integer(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('Give a whole number, 0 or more.');
  return value;
}

function viewSet(text: string): ViewSet {
  const parsed = ViewSet.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError(`Give one of ${ViewSet.options.join(', ')}.`);
  return parsed.data;
}

async function perform<N extends CommandName>(globals: Globals, request: Request<N>): Promise<void> {
  const abort = new AbortController();
  process.on('SIGINT', () => abort.abort());
  process.on('SIGTERM', () => abort.abort());
  const reporter = progressReporter(process.stderr, () => performance.now());
  const client = await openClient({ folder: globals.project ?? null, create: request.create ?? false });
  const result = await client.call(request.name, request.input, { onEvent: reporter.onEvent, signal: abort.signal });
  reporter.end();
  await client.close();
  if (result.ok) {
    process.stdout.write(`${globals.json ? JSON.stringify(result.value, null, 2) : request.text(result.value)}\n`);
    return;
  }
  fail(globals, result.failure);
}

function fail(globals: Globals, failure: { readonly code: string; readonly message: string }): void {
  if (globals.json) process.stdout.write(`${JSON.stringify({ failure }, null, 2)}\n`);
  process.stderr.write(`${failure.code}: ${failure.message.split('\n').map(printable).join('\n')}\n`);
  process.exitCode = failure.code === 'CANCELLED' ? EXIT_CANCELLED : EXIT_FAILURE;
}

const program = new Command('thaw')
  .description('Fine-tune image classifiers on your own photos, on your own machine.')
  .option('--project <folder>', 'the project folder')
  .option('--json', 'print the result as JSON')
  .exitOverride()
  .configureHelp({ showGlobalOptions: true });
const globals = (command: Command): Globals => command.optsWithGlobals<Globals>();

/** Every command also takes --project and --json behind its own name, as people type them. */
function define(name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option('--project <folder>', 'the project folder')
    .option('--json', 'print the result as JSON');
}

define('import <folders...>', 'add photos; the name of a subfolder is the label')
  .option('--split-from-folders', 'train/, val/ and test/ below the folder are the split', false)
  .action((paths: string[], options: { splitFromFolders: boolean }, command: Command) =>
    perform(globals(command), {
      name: 'library.import',
      input: { paths, splitFromFolders: options.splitFromFolders },
      text: show.showImport,
      create: true,
    }),
  );

define('train', 'train; the defaults need no option')
  .option('--backbone <id>', 'pretrained network', 'tf_efficientnet_lite0')
  .option('--freeze <stage>', 'all, none, or the last frozen stage', 'all')
  .option('--seed <number>', 'the only source of randomness', integer, 0)
  .option('--epochs <number>', 'passes over the training photos', integer)
  .action((options: { backbone: string; freeze: string; seed: number; epochs?: number }, command: Command) =>
    perform(globals(command), {
      name: 'runs.train',
      input: {
        backbone: options.backbone,
        freeze: options.freeze,
        seed: options.seed,
        recipe: Recipe.parse(options.epochs === undefined ? {} : { epochs: options.epochs }),
      },
      text: show.showRun,
    }),
  );

define('evaluate', 'accuracy of a run')
  .requiredOption('--run <id>', 'the run')
  .option('--split <side>', 'train, val or test', 'test')
  .option('--views <set>', 'centre, mirror or ten-crop', viewSet, 'centre')
  .action((options: { run: string; split: string; views: ViewSet }, command: Command) =>
    perform(globals(command), {
      name: 'runs.evaluate',
      input: { runId: options.run, split: options.split, views: options.views } as CommandInput<'runs.evaluate'>,
      text: show.showEvaluation,
    }),
  );

define('runs', 'list the runs').action((_options: unknown, command: Command) =>
  perform(globals(command), { name: 'runs.list', input: {}, text: show.showRuns }),
);

define('compare <first> <second>', 'two runs on the same photos: was it luck?')
  .option('--split <side>', 'train, val or test', 'test')
  .option('--views <set>', 'centre, mirror or ten-crop', viewSet, 'centre')
  .action((first: string, second: string, options: { split: string; views: ViewSet }, command: Command) =>
    perform(globals(command), {
      name: 'runs.compare',
      input: { first, second, split: options.split, views: options.views } as CommandInput<'runs.compare'>,
      text: show.showComparison,
    }),
  );

define('predict <paths...>', 'answers for photos or folders, as CSV')
  .option('--run <id>', 'the run; by default the best one')
  .option('--views <set>', 'centre, mirror or ten-crop', viewSet, 'centre')
  .action((paths: string[], options: { run?: string; views: ViewSet }, command: Command) =>
    perform(globals(command), {
      name: 'runs.predict',
      input: { runId: options.run ?? null, paths, views: options.views } as CommandInput<'runs.predict'>,
      text: show.showPredictions,
    }),
  );

define('summary', 'what is in the project').action((_options: unknown, command: Command) =>
  perform(globals(command), { name: 'project.summary', input: {}, text: show.showSummary }),
);

define('doctor', 'train a few steps on each backend and show which one is used').action(
  (_options: unknown, command: Command) =>
    perform(globals(command), { name: 'doctor', input: {}, text: show.showDoctor }),
);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
  else fail(program.opts<Globals>(), toFailure(error));
}
