import type { CommandInput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { isIdentityPolicy } from '../../../shared/domain/augmentation.ts';
import { makeRunId, type RunId, StageId } from '../../../shared/domain/ids.ts';
import type { Language } from '../../../shared/domain/language.ts';
import type { RunConfig, RunRecord, Selection } from '../../../shared/domain/run.ts';
import type { TrialSettings } from '../../../shared/domain/sweep.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { listClasses } from '../../store/classes.ts';
import { insertRun, listRunNames } from '../../store/runs.ts';
import { assignSides, datasetHash, splitHash } from '../../store/sides.ts';
import { defaultRunName } from '../default-run-name.ts';
import type { CommandContext } from '../dispatch.ts';
import { chooseSelection, requireFitDataset } from '../fit-dataset.ts';
import { labelledImages, type Session } from '../session.ts';
import { settleTraining } from './regime.ts';
import { type TrainPlan, trainRecorded } from './run-training.ts';

/** Trains one run: records it, lets the engine work, records how it ended. */
export async function trainRun(
  session: Session,
  wish: CommandInput<'runs.train'>,
  context: CommandContext,
): Promise<RunRecord> {
  const input = await settleTraining(session, wish, context);
  const plan = recordNewRun(session, input);
  return trainRecorded(session, { ...plan, checkpointEverySteps: input.checkpointEverySteps }, context);
}

export type NewRunRequest = TrialSettings & {
  readonly name?: string | undefined; // one that says what is trained, in this language, where it is left out
  readonly language?: Language | undefined;
  readonly selection?: Selection; // what suits the photos unless told
  readonly retrainedFrom?: RunId | undefined; // the run whose other layers stay as they are
};

/** A new run as queued. Throws DATASET_UNFIT where the photos are not enough, NOT_FOUND for an unknown network or stage. */
export function recordNewRun(session: Session, request: NewRunRequest): TrainPlan {
  const { database } = session.project;
  const frozenThrough = resolveFreeze(request.backbone, request.freeze);
  assignSides(database); // of an import that was killed before it came to that
  const classes = listClasses(database).map(({ name }) => name as string);
  const known = labelledImages(session, ['train', 'val']);
  requireFitDataset(classes, known);
  const { backbone, recipe, seed, augmentation, selection = chooseSelection(known, classes), retrainedFrom } = request;
  const config: RunConfig = {
    ...{ backbone, frozenThrough, recipe, seed },
    ...(augmentation !== undefined && !isIdentityPolicy(augmentation) && { augmentation }),
    selection,
    ...(retrainedFrom !== undefined && { retrainedFrom }),
  };
  const runId = makeRunId(session.random);
  const hashes = { datasetHash: datasetHash(database), splitHash: splitHash(database) };
  const name = request.name ?? defaultRunName(config, listRunNames(database), request.language);
  insertRun(database, { runId, name, config, ...hashes }, session.clock());
  return { runId, config, classes, resume: false };
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
