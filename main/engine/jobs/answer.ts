/** What a finished run answers for files, straight from the disk: centre crop, no cache, no thumbnails. */
import { split } from '../../../shared/networks/split.ts';
import { UNKNOWN_CONTENT } from '../loading/control.ts';
import { createLoader } from '../loading/loader.ts';
import type { AnswerJob, AnswerResult } from '../protocol/answering-jobs.ts';
import type { JobContext } from '../protocol/control.ts';
import { openHead } from './evaluate.ts';
import { judgeBy } from './file-scores.ts';
import { type FrozenPart, openFrozenPart } from './frozen-part.ts';
import { openBank } from './kept-bank.ts';
import { stepReporter } from './progress.ts';
import { openBody } from './run-features.ts';
import { readTrainedRun, type TrainedRun } from './run-state.ts';

const BATCH_PHOTOS = 16;
const LOADER_SLOTS = 3;

/** Throws CANCELLED, CHECKPOINT_DAMAGED, NOT_FOUND where the backbone is gone; DATASET_UNFIT where no photo of the bank can be read. */
export async function runAnswer(job: AnswerJob, context: JobContext): Promise<AnswerResult> {
  const { runFolder, backbonesFolder, featuresFolder, paths, judge } = job;
  const trained = await readTrainedRun(runFolder);
  const { backbone, frozenThrough, classes } = trained;
  const likens = judge?.score === 'neighbours';
  const places = { runFolder, featuresFolder, backbonesFolder };
  const bank = likens ? await openBank({ ...places, images: judge.bank, trained }, context) : null;
  const frozen = await openFrozenPart({
    ...{ backbonesFolder, backbone, frozenThrough, featuresFolder, classCount: classes.length, context },
  });
  const rest = await openRest(frozen, trained, { showsRows: likens });
  const judgeFiles = judgeBy({ ...job, classes, bank });
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
      if (count > 0) {
        const seen = await rest.run(await frozen.run(batch, count), count);
        const found = await judgeFiles({ ...seen, paths: positions.map((position) => paths[position]!) });
        for (const [row, position] of positions.entries()) answers[position] = found[row]!;
      }
      done += count + failures.length;
      report(job.report.before + done, job.report.total);
    }
  } finally {
    await rest.close();
    await frozen.close();
  }
  const device = { executor: frozen.executor, trainer: frozen.executor };
  return { kind: 'answer', device, classes: [...classes], answers, skipped };
}

type Seen = {
  readonly logits: Float32Array; // [batch, K]
  readonly rows: Float32Array | null; // [batch, D] what the softmax saw of them; null: nobody asked
};
type Rest = {
  readonly run: (features: Float32Array, batch: number) => Promise<Seen>;
  readonly close: () => Promise<void>;
};

/** What comes behind the frozen part: in one piece, or cut before the softmax where what it sees is asked for too. */
async function openRest(
  frozen: FrozenPart,
  trained: TrainedRun,
  { showsRows }: { readonly showsRows: boolean },
): Promise<Rest> {
  if (!showsRows) {
    const head = await openHead(frozen, trained);
    return {
      run: async (features, batch) => ({ logits: await head.run(features, batch), rows: null }),
      close: () => head.close(),
    };
  }
  const { prefix, suffix } = split(frozen.suffix, frozen.suffix.stages.at(-1)!.id);
  const body = await openBody(prefix, { trained, frozen });
  const head = await openHead({ ...frozen, suffix }, trained);
  return {
    run: async (features, batch) => {
      const rows = body === null ? features : await body.run(features, batch);
      return { logits: await head.run(rows, batch), rows };
    },
    close: async () => {
      await body?.close();
      await head.close();
    },
  };
}
