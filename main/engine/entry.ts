/** The engine process: computes and reports, decides nothing, stores only files that a job names. */
import os from 'node:os';
import { toFailure } from '../../shared/contract/errors.ts';
import { countConnections } from '../kernel/count-connections.ts';
import { runAnswer } from './jobs/answer.ts';
import { runCalibrate } from './jobs/calibrate.ts';
import { runClosePhotos } from './jobs/close-photos.ts';
import { runCompareSplits } from './jobs/compare-splits.ts';
import { nameDeviceLoss } from './jobs/device-lost.ts';
import { runDoctor } from './jobs/doctor.ts';
import { runEvaluate } from './jobs/evaluate.ts';
import { runExport } from './jobs/export.ts';
import { runExportEnsemble } from './jobs/export-ensemble.ts';
import { runFindRate } from './jobs/find-rate.ts';
import { runHoldOut } from './jobs/hold-out.ts';
import { runImportWeights } from './jobs/import-weights.ts';
import { forgetBank } from './jobs/kept-bank.ts';
import { runLook } from './jobs/look.ts';
import { runNeighbours } from './jobs/neighbours.ts';
import { runProbe } from './jobs/probe.ts';
import { runRetrain } from './jobs/retrain.ts';
import { runSelfTest } from './jobs/self-test.ts';
import { runTimeAnswers } from './jobs/time-answers.ts';
import { runTrain } from './jobs/train.ts';
import { type JobContext, serveJobs } from './protocol/control.ts';
import type { Job, JobResult } from './protocol/messages.ts';

function run(job: Job, context: JobContext): Promise<JobResult> {
  switch (job.kind) {
    case 'train':
      return job.headOf === undefined ? runTrain(job, context) : runRetrain(job, job.headOf, context);
    case 'evaluate':
      return runEvaluate(job, context);
    case 'probe':
      return runProbe(job, context);
    case 'calibrate':
      return runCalibrate(job, context);
    case 'find-rate':
      return runFindRate(job, context);
    case 'compare-splits':
      return runCompareSplits(job, context);
    case 'close-photos':
      return runClosePhotos(job, context);
    case 'answer':
      return runAnswer(job, context);
    case 'export':
      return runExport(job, context);
    case 'look':
      return runLook(job, context);
    case 'neighbours':
      return runNeighbours(job, context);
    case 'hold-out':
      return runHoldOut(job, context);
    case 'time-answers':
      return runTimeAnswers(job, context);
    case 'export-ensemble':
      return runExportEnsemble(job, context);
    case 'import-weights':
      return runImportWeights(job, context);
    case 'self-test':
      return runSelfTest(job, context);
    default:
      return runDoctor(context);
  }
}

os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);
let latest: JobContext | null = null;
countConnections((address) => latest?.send({ kind: 'connected', address }));
serveJobs(async (job, context) => {
  latest = context;
  try {
    if (job.kind !== 'answer') await forgetBank(); // a sort is over: its memory is for others
    context.send({ kind: 'finished', result: await run(job, context) });
  } catch (error) {
    context.send({ kind: 'failed', failure: toFailure(nameDeviceLoss(error)) });
  }
});
