/** Exports a finished run and proves each export beside the app's own answers. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../shared/contract/errors.ts';
import type { ExportRecord } from '../../../shared/domain/export.ts';
import { viewsOf } from '../../../shared/domain/view-set.ts';
import { tempered } from '../../../shared/math/calibration.ts';
import { centreInput } from '../../imaging/grey.ts';
import { picturesInBrowser } from '../export/browser.ts';
import { type ExportSubject, findLicence } from '../export/subject.ts';
import { temperedWeights } from '../export/temper.ts';
import { drawTestPicture } from '../export/test-picture.ts';
import { type AskedPicture, writeExport } from '../export/write-export.ts';
import type { JobContext } from '../protocol/control.ts';
import type { ExportJob, ExportResult } from '../protocol/messages.ts';
import { openHead } from './evaluate.ts';
import { type FrozenPart, openFrozenPart } from './frozen-part.ts';
import { phaseReporter } from './progress.ts';
import { readTrainedRun } from './run-state.ts';
import { viewLogits } from './view-logits.ts';

/** Throws CANCELLED, DISK_FULL, FILE_PERMISSION, INVALID_INPUT where a network has no form in a format. */
export async function runExport(job: ExportJob, context: JobContext): Promise<ExportResult> {
  const trained = await readTrainedRun(job.runFolder);
  const frozen = await openFrozenPart({
    ...{ backbonesFolder: job.backbonesFolder, backbone: trained.backbone, frozenThrough: trained.frozenThrough },
    ...{ classCount: trained.classes.length, featuresFolder: job.featuresFolder, context },
  });
  try {
    const subject: ExportSubject = {
      ...{ runId: job.runId, title: job.title, network: frozen.network, classes: trained.classes },
      weights: temperedWeights(frozen.network, new Map([...frozen.weights, ...trained.weights]), temperatureOf(job)),
      licence: await findLicence(job.backbonesFolder, trained.backbone),
    };
    const head = await openHead(frozen, trained);
    const own = await ownAnswers(job, { frozen, runHead: head.run, classCount: subject.classes.length }, context);
    await head.close();
    const exports = await writeAll(job, { subject, threads: frozen.threads, ...own }, context);
    return { kind: 'export', device: { executor: frozen.executor, trainer: frozen.executor }, exports };
  } finally {
    await frozen.close();
  }
}

const temperatureOf = ({ temperature = 1 }: ExportJob): number => temperature;

type Answering = {
  readonly frozen: FrozenPart;
  readonly runHead: (rows: Float32Array, count: number) => Promise<Float32Array>;
  readonly classCount: number;
};
type OwnAnswers = { readonly pictures: readonly AskedPicture[]; readonly testAnswer: readonly number[] };

/** What the app answers, by the way that `thaw predict` goes. */
async function ownAnswers(job: ExportJob, answering: Answering, context: JobContext): Promise<OwnAnswers> {
  const { frozen, runHead, classCount } = answering;
  const input = centreInput(drawTestPicture(), frozen.network.preprocessing);
  const testAnswer = tempered(await runHead(await frozen.run(input, 1), 1), temperatureOf(job));
  const pictures: AskedPicture[] = [];
  if (job.images.length === 0) return { pictures, testAnswer };
  const report = phaseReporter(context, 'evaluating', () => performance.now());
  const request = { ...answering, featuresFolder: job.featuresFolder, images: job.images, views: viewsOf('centre') };
  for await (const { images, values } of viewLogits({ ...request, report }, context)) {
    for (const [row, { path }] of images.entries()) {
      const logits = values.subarray(row * classCount, (row + 1) * classCount);
      const probabilities = tempered(logits, temperatureOf(job));
      pictures.push({ path, probabilities });
    }
  }
  return { pictures, testAnswer };
}

type Writing = OwnAnswers & { readonly subject: ExportSubject; readonly threads: number };

async function writeAll(job: ExportJob, { subject, threads, pictures, testAnswer }: Writing, context: JobContext) {
  const inBrowser = job.formats.includes('tfjs') ? picturesInBrowser(pictures.length) : 0;
  const total = job.formats.length * pictures.length + inBrowser;
  const report = phaseReporter(context, 'checking', () => performance.now());
  let done = 0;
  const onPicture = (): void => {
    done = Math.min(done + 1, total);
    report(done, total);
  };
  const exports: ExportRecord[] = [];
  for (const format of job.formats) {
    const place = join(job.outputFolder, format);
    if (!job.replaces && (await isThere(place)))
      throw new AppError('INVALID_INPUT', `${place}: is there already. Choose another folder, or move it away.`);
    exports.push(
      await writeExport({
        ...{ subject, format, preprocessing: job.preprocessing, place, pictures, testAnswer, threads },
        ...{ breathe: context.breathe, onPicture, now: () => new Date() },
      }),
    );
  }
  return exports;
}

async function isThere(place: string): Promise<boolean> {
  return await stat(place).then(
    () => true,
    () => false,
  );
}
