import type { Client, CommandInput, CommandName, CommandOutput } from '../../shared/contract/commands.ts';

type Options = Parameters<Client['call']>[2];

/** Calls commands of the client that is open by then; a failure is thrown with the command's name, its code and its message. */
export function callerOf(client: () => Client, options?: Options) {
  return async <N extends CommandName>(name: N, input: CommandInput<N>): Promise<CommandOutput<N>> => {
    const result = await client().call(name, input, options);
    if (!result.ok) throw new Error(`${name}: ${result.failure.code} ${result.failure.message}`);
    return result.value;
  };
}
