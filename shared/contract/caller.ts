import type { Client, CommandInput, CommandName, CommandOutput } from './commands.ts';
import { AppError } from './errors.ts';

type Options = Parameters<Client['call']>[2];

/** Calls commands of the client that is open by then; a failure is thrown as what it is. */
export function callerOf(client: () => Client, options?: Options) {
  return async <N extends CommandName>(name: N, input: CommandInput<N>): Promise<CommandOutput<N>> => {
    const result = await client().call(name, input, options);
    if (result.ok) return result.value;
    throw new AppError(result.failure.code, result.failure.message);
  };
}
