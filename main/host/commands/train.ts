import { mkdir } from 'node:fs/promises';
import type { CommandInput } from '../../../shared/contract/commands.ts';
import { AppError, type Failure, toFailure } from '../../../shared/contract/errors.ts';
import { makeRunId, type RunId, StageId } from '../../../shared/domain/ids.ts';
import type { RunConfig, RunRecord, Selection } from '../../../shared/domain/run.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import type { JobImage, TrainResult } from '../../engine/protocol/messages.ts';
import { listClasses } from '../../store/classes.ts';
import { upsertEpoch } from '../../store/metrics.ts';
import { findRun, finishRun, insertRun, markRunStarted, setRunDevice } from '../../store/runs.ts';
import { assignSides, datasetHash, splitHash } from '../../store/sides.ts';
import type { CommandContext } from '../dispatch.ts';
import { jobPlaces, labelledImages, runFolder, type Session } from '../session.ts';

const FOLDS = 5;
const MIN_VALIDATION_IMAGES = 50; // fewer say too little: one photo would be 2 points

/** Trains one run: records it, lets the engine work, records how it ended. */
export async function trainRun(
  session: Session,
  input: CommandInput<'runs.train'>,
  context: CommandContext,
): Promise<RunRecord> {
  const { database } = session.project;
  const frozenThrough = resolveFreeze(input.backbone, input.freeze);
  assignSides(database); // of an import that was killed before it came to that
  const images = labelledImages(session, ['train', 'val']);
  const classes = listClasses(database).map(({ name }) => name as string);
  requireFitDataset(classes, images);
  const selection = chooseSelection(images, classes);
  const config: RunConfig = {
    backbone: input.backbone,
    frozenThrough,
    recipe: input.recipe,
    seed: input.seed,
    selection,
  };
  const runId = makeRunId(session.random);
  const hashes = { datasetHash: datasetHash(database), splitHash: splitHash(database) };
  insertRun(database, { runId, name: runId, config, ...hashes }, session.clock());
  markRunStarted(database, runId, { startedAt: session.clock(), device: null, versions: null });
  try {
    const result = await runEngine(session, { runId, config, classes, images }, context);
    return recordSuccess(session, runId, result);
  } catch (error) {
    recordFailure(session, runId, toFailure(error));
    throw error;
  }
}

type TrainPlan = {
  readonly runId: RunId;
  readonly config: RunConfig;
  readonly classes: string[];
  readonly images: JobImage[];
};

async function runEngine(session: Session, plan: TrainPlan, context: CommandContext): Promise<TrainResult> {
  const { runId, config, classes, images } = plan;
  const { database } = session.project;
  await mkdir(runFolder(session, runId), { recursive: true });
  const result = await session.engine.run(
    {
      kind: 'train',
      jobId: runId,
      ...jobPlaces(session, runId),
      ...config,
      classes,
      images,
    },
    {
      signal: context.signal,
      onEvent: (event) => {
        if (event.kind === 'epoch') upsertEpoch(database, runId, event.report);
        context.onEvent(event);
      },
    },
  );
  if (!result.ok) throw new AppError(result.failure.code, result.failure.message);
  if (result.value.kind !== 'train') throw new AppError('BUG', 'The engine answered another job. Please report it.');
  return result.value;
}

/** 'all': up to the last stage; 'none': nothing ('input'); else a stage's id. Throws NOT_FOUND with the known ones. */
export function resolveFreeze(backbone: string, freeze: string): StageId {
  const stages = findNetwork(backbone).stages.map(({ id }) => id);
  const wanted = freeze === 'all' ? stages.at(-1) : freeze === 'none' ? 'input' : freeze;
  if (wanted !== undefined && stages.includes(wanted)) return StageId.parse(wanted);
  throw new AppError(
    'NOT_FOUND',
    `${backbone} has no stage '${freeze}'. Choose all, none or one of: ${stages.join(', ')}.`,
  );
}

function requireFitDataset(classes: readonly string[], images: readonly JobImage[]): void {
  if (classes.length < 2)
    throw new AppError(
      'DATASET_UNFIT',
      `There ${classes.length === 1 ? 'is 1 class' : `are ${classes.length} classes`}; training needs 2. Import or label another.`,
    );
  for (const [label, name] of classes.entries()) {
    const count = images.filter((image) => image.label === label && image.side === 'train').length;
    if (count === 0)
      throw new AppError('DATASET_UNFIT', `Class '${name}' has no photo to train on. Add photos, or remove the class.`);
  }
}

/** Validation where it holds enough photos, else cross-validation inside train and validation. */
export function chooseSelection(images: readonly JobImage[], classes: readonly string[]): Selection {
  const validation = images.filter(({ side }) => side === 'val').length;
  if (validation >= MIN_VALIDATION_IMAGES) return { kind: 'validation' };
  const groupCounts = classes.map(
    (_, index) => new Set(images.filter(({ label }) => label === index).map(({ groupId }) => groupId)).size,
  );
  const smallest = Math.min(...groupCounts);
  if (smallest < 2) {
    const name = classes[groupCounts.indexOf(smallest)] ?? '';
    throw new AppError(
      'DATASET_UNFIT',
      `Class '${name}' has a single photo to learn from: nothing can be held out to judge by. Add at least one more.`,
    );
  }
  return { kind: 'cross-validation', folds: Math.min(FOLDS, smallest) };
}

/** What ended the run is what its caller must hear; a run that cannot even be marked is 'interrupted' at the next open. */
function recordFailure(session: Session, runId: RunId, failure: Failure): void {
  const status = failure.code === 'CANCELLED' ? 'cancelled' : 'failed';
  try {
    finishRun(session.project.database, runId, { status, finishedAt: session.clock(), failure });
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
