/** A recorded run in the engine: what it reports and how it ends goes into the database and the run's log. */
import { mkdir } from 'node:fs/promises';
import { AppError, type Failure, toFailure } from '../../../shared/contract/errors.ts';
import type { RunId } from '../../../shared/domain/ids.ts';
import type { RunConfig, RunRecord } from '../../../shared/domain/run.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { cachedRows } from '../../../shared/planning/cached-rows.ts';
import type { TrainResult } from '../../engine/protocol/messages.ts';
import { upsertEpoch } from '../../store/metrics.ts';
import { findRun, finishRun, insertRunEvent, markRunStarted, setRunDevice } from '../../store/runs.ts';
import type { CommandContext } from '../dispatch.ts';
import { expectResult } from '../expect-result.ts';
import { writeLearnt } from '../learnt-photos.ts';
import { measureRoom, requireRoom } from '../machine-room.ts';
import { jobPlaces, runFolder, type Session } from '../session.ts';
import { type TrainingImages, trainingImages } from '../training-images.ts';

export type TrainPlan = {
  readonly runId: RunId;
  readonly config: RunConfig;
  readonly classes: string[];
  readonly resume: boolean;
  readonly needsLessMemory?: boolean;
  readonly isElsewhere?: boolean; // on a machine whose room is not known here
  readonly checkpointEverySteps?: number | undefined; // for tests
};

/** Throws what ended the run, after recording it. */
export async function trainRecorded(session: Session, plan: TrainPlan, context: CommandContext): Promise<RunRecord> {
  const { runId } = plan;
  markRunStarted(session.project.database, runId, { startedAt: session.clock(), device: null, versions: null });
  context.onEvent({ kind: 'run', runId });
  try {
    const result = await trainThroughLoss(session, plan, context);
    return recordSuccess(session, runId, result);
  } catch (error) {
    recordFailure(session, runId, toFailure(error));
    throw error;
  }
}

/** A device that went away is tried once more, in a new engine, from the last checkpoint; a second loss ends the run. */
async function trainThroughLoss(session: Session, plan: TrainPlan, context: CommandContext): Promise<TrainResult> {
  try {
    return await runEngine(session, plan, context);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'DEVICE_LOST' || context.signal.aborted) throw error;
    const text = 'The device went away: the run goes on from its last checkpoint, once.';
    logEvent(session, plan.runId, { kind: 'device-lost', message: `${text} ${error.message}` });
    context.onEvent({ kind: 'note', text });
    return await runEngine(session, { ...plan, resume: true }, context);
  }
}

async function runEngine(session: Session, plan: TrainPlan, context: CommandContext): Promise<TrainResult> {
  const { runId, config, classes, resume, needsLessMemory, checkpointEverySteps } = plan;
  const { retrainedFrom, ...settings } = config;
  const fitted = trainingImages(session, config.selection);
  const { database } = session.project;
  await mkdir(runFolder(session, runId), { recursive: true });
  if (plan.isElsewhere !== true) await requireRoomForRun(session, { plan, fitted }, context);
  if (resume !== true) await writeLearnt(runFolder(session, runId), fitted);
  const result = await session.engine.run(
    {
      kind: 'train',
      jobId: runId,
      ...jobPlaces(session, runId),
      ...settings,
      classes,
      ...fitted,
      resume,
      ...(retrainedFrom !== undefined && !isSoftmaxAlone(config) && { headOf: runFolder(session, retrainedFrom) }),
      ...(needsLessMemory !== undefined && { needsLessMemory }),
      ...(checkpointEverySteps !== undefined && { checkpointEverySteps }),
    },
    {
      signal: context.signal,
      finishSignal: context.finishSignal,
      onEvent: (event) => {
        if (event.kind === 'epoch') upsertEpoch(database, runId, event.report);
        if (event.kind === 'logged') logEvent(session, runId, { kind: event.entry, message: event.text });
        context.onEvent(event);
      },
    },
  );
  return expectResult(result, 'train');
}

type Fitted = { readonly plan: TrainPlan; readonly fitted: TrainingImages };

/** Refused before anything is computed; a run that has no room is in the log as failed. */
async function requireRoomForRun(session: Session, { plan, fitted }: Fitted, context: CommandContext) {
  const { config, classes } = plan;
  const { images, selection } = fitted;
  const { folder, folders } = session.project;
  const { frozenThrough, augmentation } = config;
  const val = images.filter(({ side }) => side === 'val').length;
  const counts = { train: images.length - val, val, selection: selection.kind, augmentation };
  const request = { ...config, classCount: classes.length, photos: cachedRows(frozenThrough, counts) };
  const room = await measureRoom({ project: folder, features: folders.features });
  requireRoom(request, room, (text) => context.onEvent({ kind: 'note', text }));
}

/** Nothing but the softmax is trained: a run on the same features needs nothing of an older one. */
export function isSoftmaxAlone({ backbone, frozenThrough }: Pick<RunConfig, 'backbone' | 'frozenThrough'>): boolean {
  return findNetwork(backbone).stages.at(-1)?.id === frozenThrough;
}

function logEvent(session: Session, runId: RunId, event: { readonly kind: string; readonly message: string }): void {
  insertRunEvent(session.project.database, runId, { happenedAt: session.clock().toISOString(), ...event });
}

/** What ended the run is what its caller must hear; a run that cannot even be marked is 'interrupted' at the next open. */
function recordFailure(session: Session, runId: RunId, failure: Failure): void {
  const status = failure.code === 'CANCELLED' ? 'cancelled' : 'failed';
  try {
    finishRun(session.project.database, runId, { status, finishedAt: session.clock(), failure });
    logEvent(session, runId, { kind: status, message: `${failure.code}: ${failure.message}` });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
}

function recordSuccess(session: Session, runId: RunId, result: TrainResult): RunRecord {
  const { database } = session.project;
  const { bestEpoch, weightDecay, selectionCorrect, selectionTotal, featurised, featuriseMs, trainMs } = result;
  const versions = { node: process.version, weightsSha256: result.weightsSha256 };
  setRunDevice(database, runId, { device: result.device, versions });
  const bestValAccuracy = selectionTotal === 0 ? null : selectionCorrect / selectionTotal;
  const outcome = {
    bestEpoch,
    bestValAccuracy,
    selectionCorrect,
    selectionTotal,
    weightDecay,
    featurised,
    featuriseMs,
    trainMs,
  };
  finishRun(database, runId, { status: 'done', finishedAt: session.clock(), outcome });
  const run = findRun(database, runId);
  if (run === null) throw new AppError('BUG', `Run ${runId} vanished while it was recorded. Please report it.`);
  return run;
}
