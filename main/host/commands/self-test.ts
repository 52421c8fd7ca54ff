/** The self-test of weights: which photos of a folder are of which ImageNet class, and the engine's verdict on them. */
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import type { SelfTestJob } from '../../engine/protocol/messages.ts';
import { hashWholeFile } from '../../engine/weights/importing/file-hash.ts';
import { backbonesFolder, imagenetClassesFile } from '../../kernel/resources.ts';
import { walkFiles } from '../../library/walk.ts';
import type { CommandContext } from '../dispatch.ts';
import type { EngineClient } from '../engine-client.ts';
import { expectResult } from '../expect-result.ts';
import { ownWeightsFolder } from './weights.ts';

const LEAST_PHOTOS = 20; // with fewer no way can be better than another by more than chance
const MOST_PHOTOS = 300; // each is computed in up to seven ways
const MOST_FILES = 100_000;

/** Needs no project. Throws INVALID_INPUT where the folder has too few photos of known classes; as the engine's runSelfTest. */
export async function selfTestWeights(
  engine: EngineClient,
  { backbone, folder }: CommandInput<'weights.self-test'>,
  context: CommandContext,
): Promise<CommandOutput<'weights.self-test'>> {
  const photos = await knownPhotos(folder, context.signal);
  const places = { backbonesFolder, weightsFolder: ownWeightsFolder() };
  const job: SelfTestJob = { kind: 'self-test', jobId: 'self-test', ...places, backbone, photos };
  return expectResult(await engine.run(job, context), 'self-test').test;
}

type KnownPhoto = SelfTestJob['photos'][number];

/** At most MOST_PHOTOS, spread over all that were found in the order of their names, which is that of the classes. */
async function knownPhotos(folder: string, signal: AbortSignal): Promise<KnownPhoto[]> {
  const labelOf = new Map(
    (await readFile(imagenetClassesFile, 'utf8'))
      .trim()
      .split('\n')
      .map((id, at) => [id, at]),
  );
  const found: { readonly path: string; readonly label: number }[] = [];
  for await (const entry of walkFiles([folder], signal)) {
    if (entry.kind === 'problem') continue;
    const label = labelOf.get(wordNetId(basename(entry.path)) ?? wordNetId(basename(dirname(entry.path))) ?? '');
    if (label !== undefined) found.push({ path: entry.path, label });
    if (found.length >= MOST_FILES) break;
  }
  if (signal.aborted) throw new AppError('CANCELLED', 'Stopped as asked.');
  if (found.length < LEAST_PHOTOS) throw tooFew(folder, found.length);
  const step = Math.max(1, found.length / MOST_PHOTOS);
  const chosen = Array.from({ length: Math.min(MOST_PHOTOS, found.length) }, (_, at) => found[Math.floor(at * step)]!);
  const breathe = (): void => signal.throwIfAborted();
  return Promise.all(chosen.map(async (photo) => ({ ...photo, sha256: await hashWholeFile(photo.path, breathe) })));
}

/** `n01440764` of `n01440764_tench.jpg`, `n01440764_10026.JPEG` or `n01440764`. */
function wordNetId(name: string): string | undefined {
  return /^(n\d{8})(?:_|$)/.exec(name)?.[1];
}

function tooFew(folder: string, count: number): AppError {
  return new AppError(
    'INVALID_INPUT',
    `${folder}: ${count} photos of known classes, and a self-test needs ${LEAST_PHOTOS}. They are known by ImageNet's ids, ` +
      'as in n01440764_tench.jpg, or by folders of such a name.',
  );
}
