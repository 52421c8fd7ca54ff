import { z } from 'zod';
import {
  type CallOptions,
  type Client,
  type CommandEvent,
  type CommandInput,
  type CommandName,
  type CommandOutput,
  commands,
} from '../../shared/contract/commands.ts';
import { AppError, type Result, toFailure } from '../../shared/contract/errors.ts';

/** What a running command is given: where to report, and the wish to stop. */
export type CommandContext = {
  readonly onEvent: (event: CommandEvent) => void;
  readonly signal: AbortSignal;
};

export type Handlers = {
  readonly [N in CommandName]: (input: CommandInput<N>, context: CommandContext) => Promise<CommandOutput<N>>;
};

function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(commands, name);
}

/** Checks the input by schema, runs the handler, checks the output; failures are values, never throws. */
export async function dispatch(
  handlers: Handlers,
  request: { readonly command: string; readonly input: unknown },
  context: CommandContext,
): Promise<Result<unknown>> {
  try {
    const { command } = request;
    if (!isCommandName(command)) throw new AppError('INVALID_INPUT', `There is no command '${command.slice(0, 80)}'.`);
    const input = commands[command].input.safeParse(request.input);
    if (!input.success)
      throw new AppError('INVALID_INPUT', `The input of '${command}' is not valid: ${z.prettifyError(input.error)}`);
    const handler = handlers[command] as (input: unknown, context: CommandContext) => Promise<unknown>;
    return { ok: true, value: commands[command].output.parse(await handler(input.data, context)) };
  } catch (error) {
    return { ok: false, failure: toFailure(error) };
  }
}

/** The contract inside one process. */
export function createInProcessClient(handlers: Handlers, close: () => Promise<void>): Client {
  return {
    call: async <N extends CommandName>(command: N, input: CommandInput<N>, options: CallOptions = {}) => {
      const abort = new AbortController();
      if (options.signal?.aborted) abort.abort();
      options.signal?.addEventListener('abort', () => abort.abort(), { once: true });
      const context = { onEvent: options.onEvent ?? (() => undefined), signal: abort.signal };
      return (await dispatch(handlers, { command, input }, context)) as Result<CommandOutput<N>>;
    },
    close,
  };
}
