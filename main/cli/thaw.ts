/** The command line: parses arguments, calls the contract, shows the result. It knows nothing else. */
import { Command, CommanderError } from 'commander';
import { toFailure } from '../../shared/contract/errors.ts';
import { defineEnsembleCommands } from './ensemble-commands.ts';
import { EXIT_FAILURE, EXIT_USAGE } from './exit-codes.ts';
import { defineExportCommand } from './export-commands.ts';
import { defineJudgingCommands } from './judging-commands.ts';
import { defineLabCommand } from './lab-commands.ts';
import { defineLibraryCommands } from './library-commands.ts';
import { defineLookCommand } from './look-commands.ts';
import { portNumber } from './options.ts';
import { definePackCommands } from './pack-commands.ts';
import { definePassportCommands } from './passport-commands.ts';
import { fail, type Globals, globalsOf, perform } from './perform.ts';
import { definePlanningCommands } from './planning-commands.ts';
import { defineRunCommands } from './run-commands.ts';
import { serve } from './serve.ts';
import { showDoctor } from './show.ts';
import { defineSortCommand } from './sort-commands.ts';
import { defineSweepCommands } from './sweep-commands.ts';
import { defineTrainingCommands } from './training-commands.ts';
import { defineWeightsCommands } from './weights-commands.ts';

const program = new Command('thaw')
  .description('Fine-tune image classifiers on your own photos, on your own machine.')
  .option('--project <folder>', 'the project folder')
  .option('--json', 'print the result as JSON')
  .exitOverride();

/** Every command also takes --project and --json behind its own name, as people type them. */
function define(name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option('--project <folder>', 'the project folder')
    .option('--json', 'print the result as JSON');
}

defineLibraryCommands(define);
defineTrainingCommands(define);
definePlanningCommands(define);
defineRunCommands(define);
defineLookCommand(define);
defineExportCommand(define);
definePassportCommands(define);
defineSortCommand(define);
defineJudgingCommands(define);
defineEnsembleCommands(define);
defineWeightsCommands(define);
defineSweepCommands(define);
definePackCommands(define);
defineLabCommand(define);

define('serve', 'the app in a browser on this machine')
  .option('--port <number>', 'by default one that is free', portNumber, 0)
  .option('--create', 'make the project where there is none')
  .option('--open', 'open the browser')
  .action((options: { port: number; create?: boolean; open?: boolean }, command: Command) => {
    const { project, json } = globalsOf(command);
    return serve({ ...options, project, json }).catch((error: unknown) =>
      fail({ json: json ?? false }, toFailure(error)),
    );
  });

define('doctor', 'train a few steps on each backend and show which one is used').action(
  (_options: unknown, command: Command) => perform(command, { name: 'doctor', input: {}, text: showDoctor }),
);

process.stdout.on('error', () => process.exit(EXIT_FAILURE)); // whoever read it is gone, as in `thaw runs | head`
try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
  else fail(program.opts<Globals>(), toFailure(error));
}
