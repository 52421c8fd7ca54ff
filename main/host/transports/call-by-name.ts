import type { CallOptions, Client, CommandInput, CommandName } from '../../../shared/contract/commands.ts';
import type { Result } from '../../../shared/contract/errors.ts';
import type { FrameRequest } from './frame-port.ts';

/** Hands a request that nobody has checked to a client: its host refuses unknown commands and wrong input. */
export function callByName(client: Client, request: FrameRequest, options: CallOptions): Promise<Result<unknown>> {
  return client.call(request.command as CommandName, request.input as CommandInput<CommandName>, options);
}
