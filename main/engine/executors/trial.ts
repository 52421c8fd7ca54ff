/** Opens the executors that can be had, compares their answers on one batch, and times them. */
import { AppError } from '../../../shared/contract/errors.ts';
import type { ExecutorCandidate, PrefixExecutor, PrefixRequest } from './executor.ts';

export const AGREEMENT_TOLERANCE = 1e-3; // relative to the largest magnitude of the reference's answer
const TIMED_RUNS = 3; // the median counts

export type Sample = { readonly input: Float32Array; readonly batch: number };
export type Trial = {
  readonly candidate: ExecutorCandidate;
  readonly executor: PrefixExecutor | null; // null: not usable; else open, and the caller's to close
  readonly imagesPerSecond: number | null; // null: not timed
  readonly note: string;
};
export type TrialRequest = {
  readonly candidates: readonly ExecutorCandidate[];
  readonly request: PrefixRequest;
  readonly sample: Sample;
  readonly isThorough: boolean; // opens last resorts too, and times one that is alone
  readonly now: () => number; // milliseconds, monotonic
  readonly breathe: () => void; // may throw, to stop
};

/**
 * One trial for each candidate, in their order.
 *
 * The reference for agreement is the last open one that is no last resort: ONNX Runtime on the CPU, where it opens.
 * Throws only what `breathe` throws and bugs, and closes all then.
 */
export async function tryExecutors(request: TrialRequest): Promise<Trial[]> {
  const opened: Trial[] = [];
  try {
    for (const candidate of request.candidates) opened.push(await openOne(candidate, request, opened));
    const alive = opened.filter(({ executor }) => executor !== null);
    if (alive.length === 1 && !request.isThorough) return opened;
    const compared = await compare(opened, request);
    const trials: Trial[] = [];
    for (const trial of compared) trials.push(trial.executor === null ? trial : await time(trial, request));
    return trials;
  } catch (error) {
    for (const { executor } of opened) await executor?.close();
    throw error;
  }
}

/** The fastest usable one; a last resort only where there is nothing else; null where nothing is usable. */
export function fastest(trials: readonly Trial[]): Trial | null {
  const usable = trials.filter(({ executor }) => executor !== null);
  const regular = usable.filter(({ candidate }) => !candidate.isLastResort);
  const speed = (trial: Trial): number => trial.imagesPerSecond ?? 0;
  return (regular.length > 0 ? regular : usable).toSorted((a, b) => speed(b) - speed(a))[0] ?? null;
}

async function openOne(
  candidate: ExecutorCandidate,
  { request, isThorough, breathe }: TrialRequest,
  before: readonly Trial[],
): Promise<Trial> {
  breathe();
  const unusable = (note: string): Trial => ({ candidate, executor: null, imagesPerSecond: null, note });
  if (candidate.isLastResort && !isThorough && before.some(({ executor }) => executor !== null))
    return unusable('Not tried: only for machines where no other opens.');
  try {
    return { candidate, executor: await candidate.open(request), imagesPerSecond: null, note: '' };
  } catch (error) {
    if (error instanceof AppError && error.code === 'BACKEND_MISSING') return unusable(error.message);
    throw error;
  }
}

async function compare(trials: readonly Trial[], { sample, breathe }: TrialRequest): Promise<Trial[]> {
  const answers = new Map<Trial, Float32Array | string>();
  for (const trial of trials) {
    breathe();
    if (trial.executor !== null) answers.set(trial, await answerOf(trial.executor, sample));
  }
  const sound = trials.filter((trial) => answers.get(trial) instanceof Float32Array);
  const reference = sound.findLast(({ candidate }) => !candidate.isLastResort) ?? sound.at(-1);
  const wanted = reference === undefined ? undefined : answers.get(reference);
  const compared: Trial[] = [];
  for (const trial of trials) {
    const answer = answers.get(trial);
    const fault = answer === undefined || !(wanted instanceof Float32Array) ? null : findFault(answer, wanted);
    if (typeof answer === 'string' || fault !== null) {
      await trial.executor?.close();
      const note = typeof answer === 'string' ? answer : `${fault} from ${reference?.candidate.name}.`;
      compared.push({ ...trial, executor: null, note });
    } else compared.push(trial);
  }
  return compared;
}

/** Also the warm-up of the timing. What a device throws while it runs (no memory, a lost device) is a reason, not a bug. */
async function answerOf(executor: PrefixExecutor, { input, batch }: Sample): Promise<Float32Array | string> {
  try {
    return await executor.run(input, batch);
  } catch (error) {
    return `It opened but did not run: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function findFault(answer: Float32Array | string, wanted: Float32Array): string | null {
  if (typeof answer === 'string') return answer;
  const off = departure(answer, wanted);
  return off <= AGREEMENT_TOLERANCE ? null : `Its answers DIFFER by ${off.toExponential(1)} (relative)`;
}

/** Largest difference over the largest magnitude of `wanted`; NaN or Infinity where they cannot be compared. */
export function departure(found: Float32Array, wanted: Float32Array): number {
  if (found.length !== wanted.length) return Number.POSITIVE_INFINITY;
  let [difference, magnitude] = [0, 0];
  for (let index = 0; index < wanted.length; index += 1) {
    const off = Math.abs((found[index] ?? 0) - (wanted[index] ?? 0));
    if (Number.isNaN(off)) return Number.NaN;
    difference = Math.max(difference, off);
    magnitude = Math.max(magnitude, Math.abs(wanted[index] ?? 0));
  }
  return difference === 0 ? 0 : difference / magnitude;
}

async function time(trial: Trial, { sample, now, breathe }: TrialRequest): Promise<Trial> {
  const elapsedMs: number[] = [];
  for (let run = 0; run < TIMED_RUNS; run += 1) {
    breathe();
    const startedMs = now();
    await trial.executor?.run(sample.input, sample.batch);
    elapsedMs.push(now() - startedMs);
  }
  const medianMs = elapsedMs.sort((a, b) => a - b)[Math.floor(TIMED_RUNS / 2)] ?? 0;
  return { ...trial, imagesPerSecond: (sample.batch / Math.max(medianMs, 1e-3)) * 1000 };
}
