/** What a finished run answers for files, straight from the disk: centre crop, no cache, no thumbnails. */
import { tempered } from '../../../shared/math/calibration.ts';
import { UNKNOWN_CONTENT } from '../loading/control.ts';
import { createLoader } from '../loading/loader.ts';
import type { JobContext } from '../protocol/control.ts';
import type { AnswerJob, AnswerResult } from '../protocol/messages.ts';
import { openHead } from './evaluate.ts';
import { openFrozenPart } from './frozen-part.ts';
import { stepReporter } from './progress.ts';
import { readTrainedRun } from './run-state.ts';

const BATCH_PHOTOS = 16;
const LOADER_SLOTS = 3;

/** Throws CANCELLED, CHECKPOINT_DAMAGED, NOT_FOUND where the backbone is gone. */
export async function runAnswer(job: AnswerJob, context: JobContext): Promise<AnswerResult> {
  const { runFolder, backbonesFolder, featuresFolder, paths } = job;
  const trained = await readTrainedRun(runFolder);
  const { backbone, frozenThrough, classes } = trained;
  const frozen = await openFrozenPart({
    ...{ backbonesFolder, backbone, frozenThrough, featuresFolder, classCount: classes.length, context },
  });
  const head = await openHead(frozen, trained);
  const answers: AnswerResult['answers'] = paths.map(() => null);
  const skipped: AnswerResult['skipped'] = [];
  try {
    const loader = createLoader({
      ...{ threads: frozen.threads, slots: LOADER_SLOTS, batchSize: BATCH_PHOTOS, views: ['centre'] as const },
      preprocessing: frozen.network.preprocessing,
      items: paths.map((path) => ({ sha256: UNKNOWN_CONTENT, path })),
    });
    const report = stepReporter(context, 'answering', () => performance.now());
    let done = 0;
    for await (const { batch, positions, failures } of loader) {
      context.breathe();
      skipped.push(...failures.map(({ item, failure }) => ({ path: item.path, failure })));
      const count = positions.length;
      const logits = count === 0 ? new Float32Array(0) : await head.run(await frozen.run(batch, count), count);
      for (const [row, position] of positions.entries())
        answers[position] = likeliest(
          logits.subarray(row * classes.length, (row + 1) * classes.length),
          job.temperature,
        );
      done += count + failures.length;
      report(job.report.before + done, job.report.total);
    }
  } finally {
    await head.close();
    await frozen.close();
  }
  const device = { executor: frozen.executor, trainer: frozen.executor };
  return { kind: 'answer', device, classes: [...classes], answers, skipped };
}

function likeliest(logits: Float32Array, temperature: number): { answer: number; probability: number } {
  const probabilities = tempered(logits, temperature);
  const probability = Math.max(...probabilities);
  return { answer: probabilities.indexOf(probability), probability };
}
