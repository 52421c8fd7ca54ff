import type { z } from 'zod';
import {
  type CallOptions,
  type Client,
  type CommandEvent,
  type CommandInput,
  type CommandName,
  type CommandOutput,
  commands,
} from '../../shared/contract/commands.ts';
import { AppError, type Failure, type Result, toFailure } from '../../shared/contract/errors.ts';

/** What a running command is given: where to report, and the wish to stop. */
export type CommandContext = {
  readonly onEvent: (event: CommandEvent) => void;
  readonly signal: AbortSignal;
  readonly finishSignal?: AbortSignal; // of a training: end after this step and keep the best epoch
};

export type Handlers = {
  readonly [N in CommandName]: (input: CommandInput<N>, context: CommandContext) => Promise<CommandOutput<N>>;
};

const MAX_REASON_LENGTH = 2000; // a reason quotes the input, which may be megabytes

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
    const input = checkInput(command, request.input);
    const handler = handlers[command] as (input: unknown, context: CommandContext) => Promise<unknown>;
    return { ok: true, value: commands[command].output.parse(await handler(input, context)) };
  } catch (error) {
    return { ok: false, failure: toFailure(error) };
  }
}

/** The input as the command's schema reads it; throws INVALID_INPUT. */
export function checkInput(command: CommandName, given: unknown): unknown {
  const input = commands[command].input.safeParse(given);
  if (input.success) return input.data;
  throw new AppError('INVALID_INPUT', `The input of '${command}' is not valid: ${reasonOf(input.error)}`);
}

function reasonOf(error: z.ZodError): string {
  const reason = error.issues.map(sayIssue).join('; ');
  return reason.length > MAX_REASON_LENGTH ? `${reason.slice(0, MAX_REASON_LENGTH)}…` : reason;
}

/** 'epochs: Too big: expected number to be <=500': on one line, in parts that the window says in Chinese one by one. */
function sayIssue({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}

/** The contract inside one process. Closing it stops the calls under way, waits for them, and then lets `close` run. */
export function createInProcessClient(handlers: Handlers, close: () => Promise<void>): Client {
  const closing = new AbortController();
  const open = new Set<Promise<unknown>>();
  let closed: Promise<void> | null = null;
  const run = async (request: { command: string; input: unknown }, options: CallOptions): Promise<Result<unknown>> => {
    const abort = new AbortController();
    if (options.signal?.aborted) abort.abort();
    options.signal?.addEventListener('abort', () => abort.abort(), { once: true });
    const signal = AbortSignal.any([abort.signal, closing.signal]);
    return await dispatch(handlers, request, { onEvent: options.onEvent ?? (() => undefined), signal });
  };
  const closeNow = async (): Promise<void> => {
    closing.abort();
    await Promise.allSettled(open);
    await close();
  };
  return {
    call: async <N extends CommandName>(command: N, input: CommandInput<N>, options: CallOptions = {}) => {
      if (closed !== null) return { ok: false, failure: closedFailure } as const;
      const call = run({ command, input }, options).finally(() => open.delete(call));
      open.add(call);
      return (await call) as Result<CommandOutput<N>>;
    },
    close: () => {
      closed ??= closeNow();
      return closed;
    },
  };
}

/** What a call gets once its client was closed. */
export const closedFailure: Failure = { code: 'CANCELLED', message: 'The project was closed. Open it again.' };
