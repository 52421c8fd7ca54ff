/** Which executor runs the frozen part: measured once, then remembered, so that noise does not invalidate the cache. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../shared/contract/errors.ts';
import { normal, seededRandom } from '../../../shared/math/random.ts';
import type { Network } from '../../../shared/networks/network.ts';
import { writeFileAtomically } from '../../kernel/atomic-write.ts';
import { canonicalJson, type JsonValue } from '../../kernel/canonical-json.ts';
import { sha256Hex } from '../../kernel/hashing.ts';
import { systemErrorCode } from '../../kernel/system-error.ts';
import type { ExecutorCandidate, PrefixExecutor, PrefixRequest } from './executor.ts';
import { openLazily } from './lazy.ts';
import { fastest, type Sample, type Trial, tryExecutors } from './trial.ts';

const SAMPLE_IMAGES = 8;
const SAMPLE_SEED = 5;

const Choice = z.strictObject({
  formatVersion: z.literal(1),
  candidate: z.string(),
  version: z.string(), // as the executor reported it
  trials: z.array(z.strictObject({ name: z.string(), imagesPerSecond: z.number().nullable(), note: z.string() })),
});
type Choice = z.infer<typeof Choice>;

export type ChooseRequest = {
  readonly candidates: readonly ExecutorCandidate[];
  readonly request: PrefixRequest;
  readonly folder: string; // of the features; the choice lies in executors/ below it
  readonly identity: JsonValue; // of the work and the machine: network, cut, weights, CPU, GPU
  readonly note: (text: string) => void;
  readonly now: () => number; // milliseconds, monotonic
  readonly breathe: () => void;
};

/** The remembered executor, opened now or, where it is foretold, with its first batch; else the fastest that agrees. The caller closes it. Throws BACKEND_MISSING, DISK_FULL. */
export async function chooseExecutor(choosing: ChooseRequest): Promise<PrefixExecutor> {
  const file = choiceFile(choosing);
  const remembered = await readChoice(file, choosing.note);
  const again = remembered === null ? null : await reopen(remembered, choosing);
  if (again !== null) return again;
  const trials = await tryExecutors({
    ...choosing,
    sample: sampleFor(choosing.request.prefix),
    isThorough: false,
  });
  const best = fastest(trials);
  for (const trial of trials) if (trial !== best) await trial.executor?.close();
  if (best === null || best.executor === null) throw new AppError('BACKEND_MISSING', nothingRuns(trials));
  const differing = trials.filter(({ note }) => note.includes('DIFFER') || note.includes('did not run'));
  for (const { candidate, note } of differing) choosing.note(`${candidate.name} is not used. ${note}`);
  await writeFileAtomically(file, [Buffer.from(`${JSON.stringify(choiceOf(best, trials), null, 2)}\n`)]);
  return best.executor;
}

/** A seeded batch for agreement and timing. */
export function sampleFor(prefix: Network): Sample {
  const random = seededRandom(SAMPLE_SEED);
  const length = prefix.inputShape.reduce((product, extent) => product * extent, SAMPLE_IMAGES);
  return { input: Float32Array.from({ length }, () => normal(random)), batch: SAMPLE_IMAGES };
}

function choiceFile({ folder, identity, request, candidates }: ChooseRequest): string {
  const known = candidates.map(({ name, version }) => ({ name, version }));
  const key = sha256Hex(canonicalJson({ identity, threads: request.threads, candidates: known }));
  return join(folder, 'executors', `${key}.json`);
}

async function readChoice(file: string, note: (text: string) => void): Promise<Choice | null> {
  try {
    return Choice.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    if (systemErrorCode(error) !== '') throw error;
    note(`${file} was damaged. The executors are measured anew.`);
    return null;
  }
}

async function reopen(choice: Choice, choosing: ChooseRequest): Promise<PrefixExecutor | null> {
  const { candidates, request, note } = choosing;
  const candidate = candidates.find(({ name }) => name === choice.candidate);
  const foretold = candidate?.foretell?.(request);
  if (candidate !== undefined && foretold?.version === choice.version)
    return openLazily(foretold, () => openForetold(candidate, choosing));
  try {
    const executor = await candidate?.open(request);
    if (executor === undefined) return null;
    if (executor.version === choice.version) return executor;
    await executor.close();
    note(`${choice.candidate} changed from ${choice.version} to ${executor.version}. The executors are measured anew.`);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'BACKEND_MISSING') throw error;
    note(
      `${choice.candidate} ran the frozen part and does not open any more, so others are measured. ${error.message}`,
    );
  }
  return null;
}

/** Features are already named by it: another one in its place needs a new start. */
async function openForetold(candidate: ExecutorCandidate, choosing: ChooseRequest): Promise<PrefixExecutor> {
  try {
    return await candidate.open(choosing.request);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'BACKEND_MISSING') throw error;
    await rm(choiceFile(choosing), { force: true });
    const message = `${candidate.name} ran the frozen part and does not open any more. Start it again: others are measured then. ${error.message}`;
    throw new AppError('BACKEND_MISSING', message, { cause: error });
  }
}

function choiceOf(best: Trial, trials: readonly Trial[]): Choice {
  return {
    formatVersion: 1,
    candidate: best.candidate.name,
    version: best.executor?.version ?? best.candidate.version,
    trials: trials.map(({ candidate, imagesPerSecond, note }) => ({ name: candidate.name, imagesPerSecond, note })),
  };
}

function nothingRuns(trials: readonly Trial[]): string {
  const reasons = trials.map(({ candidate, note }) => `${candidate.name}: ${note}`).join('\n');
  return `Nothing can run the frozen part. Install the program again.\n${reasons}`;
}
