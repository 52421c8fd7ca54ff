import type { CommandOutput } from '../../../shared/contract/commands.ts';
import type { CommandContext } from '../dispatch.ts';
import type { EngineClient } from '../engine-client.ts';
import { expectResult } from '../expect-result.ts';

/** Trains the same few steps on each backend that can be had. Needs no project. */
export async function runDoctor(engine: EngineClient, context: CommandContext): Promise<CommandOutput<'doctor'>> {
  const result = await engine.run({ kind: 'doctor', jobId: 'doctor' }, context);
  const answer = expectResult(result, 'doctor');
  const { backends, chosen, executors } = answer;
  return { backends, chosen, executors };
}
