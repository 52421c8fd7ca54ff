import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import type { CommandContext } from '../dispatch.ts';
import { expectResult } from '../expect-result.ts';
import { jobFolders, type Session } from '../session.ts';

/** Throws NOT_FOUND for an unknown network. */
export async function timeNetwork(
  session: Session,
  { network, rounds }: CommandInput<'networks.time'>,
  context: CommandContext,
): Promise<CommandOutput<'networks.time'>> {
  const { id } = findNetwork(network);
  const work = { backbone: id, images: [], rounds };
  const job = { kind: 'calibrate' as const, jobId: `time ${id}`, ...jobFolders(session), ...work };
  const { device, frozen, training } = expectResult(await session.engine.run(job, context), 'calibrate');
  const { executor, trainer } = device;
  return { device: `${executor}; ${trainer}`, passes: frozen, steps: training };
}
