/** What one answer of a run takes here: decoding, the frozen part, the trained part; medians, nothing from a cache. */
import { readFile } from 'node:fs/promises';
import { decodeViews } from '../loading/decoder.ts';
import type { JobContext } from '../protocol/control.ts';
import type { TimeAnswersJob, TimeAnswersResult } from '../protocol/ensembling-jobs.ts';
import { openHead } from './evaluate.ts';
import { openFrozenPart } from './frozen-part.ts';
import { readTrainedRun } from './run-state.ts';

const BATCH = 16; // crops that pass together, as in an evaluation
const ROUNDS = 3;

/** Throws CANCELLED, IMAGE_... for a photo that cannot be read. */
export async function runTimeAnswers(job: TimeAnswersJob, context: JobContext): Promise<TimeAnswersResult> {
  const { runFolder, backbonesFolder, featuresFolder } = job;
  const trained = await readTrainedRun(runFolder);
  const { backbone, frozenThrough } = trained;
  const place = { backbonesFolder, featuresFolder, backbone, frozenThrough, context };
  const frozen = await openFrozenPart({ ...place, classCount: trained.classes.length });
  const head = await openHead(frozen, trained);
  try {
    const { preprocessing } = frozen.network;
    const values = 3 * preprocessing.cropSize ** 2;
    const crops = new Float32Array(BATCH * values);
    const decoding: number[] = [];
    for (let at = 0; at < BATCH; at += 1) {
      context.breathe();
      const { path, imageId } = job.images[at % job.images.length]!;
      const bytes = await readFile(path);
      const target = crops.subarray(at * values, (at + 1) * values);
      const started = performance.now();
      target.set(await decodeViews(bytes, preprocessing, { imageId, views: ['centre'], target }));
      decoding.push(performance.now() - started);
    }
    const [frozenTimes, headTimes]: [number[], number[]] = [[], []];
    for (let round = 0; round <= ROUNDS; round += 1) {
      context.breathe();
      const started = performance.now();
      const rows = await frozen.run(crops, BATCH);
      const between = performance.now();
      await head.run(rows, BATCH);
      if (round === 0) continue; // warm-up
      frozenTimes.push((between - started) / BATCH);
      headTimes.push((performance.now() - between) / BATCH);
    }
    return {
      kind: 'time-answers',
      device: { executor: frozen.executor, trainer: frozen.executor },
      decodeMs: median(decoding) / frozen.threads,
      frozenMs: median(frozenTimes),
      headMs: median(headTimes),
    };
  } finally {
    await head.close();
    await frozen.close();
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
