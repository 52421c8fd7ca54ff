/** Pretrained weights that people bring: the engine imports them, for all projects of this person. */
import { resolve } from 'node:path';
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import type { ImportWeightsJob } from '../../engine/protocol/machine-messages.ts';
import { listKeptWeights, removeKeptWeights } from '../../engine/weights/importing/kept-folder.ts';
import { weightsFolder } from '../../kernel/weights-folder.ts';
import type { CommandContext } from '../dispatch.ts';
import type { EngineClient } from '../engine-client.ts';
import { expectResult } from '../expect-result.ts';

export const ownWeightsFolder = (): string => weightsFolder(process.env, process.platform);

/** Needs no project. Throws as the engine's importWeights. */
export async function importWeightsFile(
  engine: EngineClient,
  { path, network, sha256, licence }: CommandInput<'weights.import'>,
  context: CommandContext,
): Promise<CommandOutput<'weights.import'>> {
  const file = resolve(path);
  const wish = { network: network ?? null, sha256: sha256 ?? null, licence: licence ?? null };
  return await runImport(engine, { ...wish, file, source: file.slice(-500) }, context);
}

type ImportWish = Omit<ImportWeightsJob, 'kind' | 'jobId' | 'weightsFolder'>;

/** The import as a job of the engine. */
export async function runImport(
  engine: EngineClient,
  wish: ImportWish,
  context: CommandContext,
): Promise<CommandOutput<'weights.import'>> {
  const job = { kind: 'import-weights', jobId: 'import-weights', weightsFolder: ownWeightsFolder(), ...wish } as const;
  const { weights, report } = expectResult(await engine.run(job, context), 'import-weights');
  return { weights, report };
}

export async function listWeights(): Promise<CommandOutput<'weights.list'>> {
  return { weights: await listKeptWeights(ownWeightsFolder()) };
}

/** Throws NOT_FOUND. Runs that used them keep their results; they cannot be evaluated anew without them. */
export async function removeWeights({ id }: CommandInput<'weights.remove'>): Promise<CommandOutput<'weights.remove'>> {
  return { freedBytes: await removeKeptWeights(ownWeightsFolder(), id) };
}
