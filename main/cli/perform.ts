/** One call of the contract from the command line: progress on stderr, the answer on stdout, an exit code. */
import { lstatSync } from 'node:fs';
import type { Command } from 'commander';
import type { Client, CommandInput, CommandName, CommandOutput } from '../../shared/contract/commands.ts';
import { AppError, type Failure, toFailure } from '../../shared/contract/errors.ts';
import { openClient } from '../host/open-client.ts';
import { EXIT_CANCELLED, EXIT_FAILURE } from './exit-codes.ts';
import { printable, progressReporter } from './output.ts';
import { stopOnSignals } from './signals.ts';

export type Globals = { readonly project?: string; readonly json?: boolean };
export type Request<N extends CommandName> = {
  readonly name: N;
  readonly input: CommandInput<N> | ((client: Client) => Promise<CommandInput<N>>);
  readonly text: (output: CommandOutput<N>) => string;
  readonly create?: boolean;
  readonly given?: readonly string[]; // paths: where one is not there, no project is opened or made
  readonly wasStopped?: (output: CommandOutput<N>) => boolean; // it has a result all the same
  readonly wasRefused?: (output: CommandOutput<N>) => boolean; // it has a result that says why
  readonly aside?: (output: CommandOutput<N>) => readonly string[]; // for stderr, where stdout is for programs
};
/** Adds a command to the program, which also takes --project and --json behind its own name. */
export type Define = (name: string, description: string) => Command;

export function globalsOf(command: Command): Globals {
  return command.optsWithGlobals<Globals>();
}

/** Calls the contract and shows the answer; what fails is shown as well, never thrown. */
export async function perform<N extends CommandName>(command: Command, request: Request<N>): Promise<void> {
  const globals = globalsOf(command);
  const reporter = progressReporter(process.stderr, () => performance.now());
  const say = (text: string): void => reporter.onEvent({ kind: 'note', text });
  const signal = stopOnSignals(say);
  try {
    for (const path of request.given ?? []) requireThere(path);
    const client = await openClient({
      folder: globals.project ?? null,
      create: request.create ?? false,
      onNote: say,
    });
    const input = await inputOf(client, request);
    const result = await client.call(request.name, input, { onEvent: reporter.onEvent, signal });
    reporter.end();
    await client.close();
    if (result.ok) show(globals, request, result.value);
    else fail(globals, result.failure);
  } catch (error) {
    reporter.end();
    fail(globals, toFailure(error));
  }
}

function requireThere(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return;
  throw new AppError('NOT_FOUND', `${path}: there is no such file or folder. Nothing was done; look at its name.`);
}

/** Closes the client where the input cannot be made: no process is left behind. */
async function inputOf<N extends CommandName>(client: Client, { input }: Request<N>): Promise<CommandInput<N>> {
  if (typeof input !== 'function') return input;
  try {
    return await input(client);
  } catch (error) {
    await client.close();
    throw error;
  }
}

function show<N extends CommandName>(globals: Globals, request: Request<N>, output: CommandOutput<N>): void {
  process.stdout.write(`${globals.json ? JSON.stringify(output, null, 2) : request.text(output)}\n`);
  for (const line of request.aside?.(output) ?? []) process.stderr.write(`${line}\n`);
  if (request.wasStopped?.(output)) process.exitCode = EXIT_CANCELLED;
  if (request.wasRefused?.(output)) process.exitCode = EXIT_FAILURE;
}

/** Shows a failure and sets the exit code. */
export function fail(globals: Globals, failure: Failure): void {
  if (globals.json) process.stdout.write(`${JSON.stringify({ failure }, null, 2)}\n`);
  process.stderr.write(`${failure.code}: ${failure.message.split('\n').map(printable).join('\n')}\n`);
  process.exitCode = failure.code === 'CANCELLED' ? EXIT_CANCELLED : EXIT_FAILURE;
}
