import type { CommandInput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { isIdentityPolicy } from '../../../shared/domain/augmentation.ts';
import { makeRunId, StageId } from '../../../shared/domain/ids.ts';
import type { RunConfig, RunRecord } from '../../../shared/domain/run.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { listClasses } from '../../store/classes.ts';
import { insertRun, listRunNames } from '../../store/runs.ts';
import { assignSides, datasetHash, splitHash } from '../../store/sides.ts';
import { defaultRunName } from '../default-run-name.ts';
import type { CommandContext } from '../dispatch.ts';
import { chooseSelection, requireFitDataset } from '../fit-dataset.ts';
import { labelledImages, type Session } from '../session.ts';
import { settleTraining } from './regime.ts';
import { trainRecorded } from './run-training.ts';

/** Trains one run: records it, lets the engine work, records how it ended. */
export async function trainRun(
  session: Session,
  wish: CommandInput<'runs.train'>,
  context: CommandContext,
): Promise<RunRecord> {
  const { database } = session.project;
  const input = await settleTraining(session, wish, context);
  const frozenThrough = resolveFreeze(input.backbone, input.freeze);
  assignSides(database); // of an import that was killed before it came to that
  const images = labelledImages(session, ['train', 'val']);
  const classes = listClasses(database).map(({ name }) => name as string);
  requireFitDataset(classes, images);
  const selection = chooseSelection(images, classes);
  const { augmentation } = input;
  const config: RunConfig = {
    backbone: input.backbone,
    frozenThrough,
    recipe: input.recipe,
    seed: input.seed,
    ...(augmentation !== undefined && !isIdentityPolicy(augmentation) && { augmentation }),
    selection,
  };
  const runId = makeRunId(session.random);
  const hashes = { datasetHash: datasetHash(database), splitHash: splitHash(database) };
  const name = input.name ?? defaultRunName(config, listRunNames(database), input.language);
  insertRun(database, { runId, name, config, ...hashes }, session.clock());
  const { checkpointEverySteps } = input;
  return trainRecorded(session, { runId, config, classes, images, resume: false, checkpointEverySteps }, context);
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
