import type { CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import type { CommandContext } from '../dispatch.ts';
import type { EngineClient } from '../engine-client.ts';

/** Trains the same few steps on each backend that can be had. Needs no project. */
export async function runDoctor(engine: EngineClient, context: CommandContext): Promise<CommandOutput<'doctor'>> {
  const result = await engine.run({ kind: 'doctor', jobId: 'doctor' }, context);
  if (!result.ok) throw new AppError(result.failure.code, result.failure.message);
  if (result.value.kind !== 'doctor') throw new AppError('BUG', 'The engine answered another job. Please report it.');
  const { backends, chosen, executors } = result.value;
  return { backends, chosen, executors };
}
