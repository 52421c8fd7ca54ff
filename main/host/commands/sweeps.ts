/** Sweeps: begun, gone on with, listed and shown. */
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import type { SweepPlace } from '../../../shared/contract/sweeps.ts';
import { makeSweepId, type SweepId, type SweepSpec } from '../../../shared/domain/sweep.ts';
import { listTrials, pointCount } from '../../../shared/sweeps/trials.ts';
import { listClasses } from '../../store/classes.ts';
import { insertSweep, requireSweep } from '../../store/sweeps.ts';
import type { CommandContext } from '../dispatch.ts';
import { chooseSelection, requireFitDataset } from '../fit-dataset.ts';
import { labelledImages, type Session } from '../session.ts';
import { enginesThatFit } from '../sweeps/engines-that-fit.ts';
import { openLocalPlace } from '../sweeps/local-place.ts';
import type { TrialPlace } from '../sweeps/place.ts';
import { openRayPlace } from '../sweeps/ray-place.ts';
import { reportSweep } from '../sweeps/report.ts';
import { runSweep } from '../sweeps/run-sweep.ts';
import { resolveFreeze } from './train.ts';

export function previewSweep({ spec }: CommandInput<'sweeps.preview'>): CommandOutput<'sweeps.preview'> {
  requireKnownNetworks(spec);
  return { points: pointCount(spec), trials: listTrials(spec).length };
}

/** Runs a sweep until it ends or is stopped; what it is then. */
export async function workOnSweep(
  session: Session,
  { sweep, place }: CommandInput<'sweeps.run'>,
  context: CommandContext,
): Promise<CommandOutput<'sweeps.run'>> {
  const { database } = session.project;
  const sweepId = 'spec' in sweep ? recordSweep(session, sweep.spec) : sweep.sweepId;
  const { spec } = requireSweep(database, sweepId);
  const opened = await openPlace(session, place, spec);
  try {
    await runSweep({ session, sweepId, place: opened }, context);
  } finally {
    await opened.close();
  }
  return reportSweep(database, sweepId);
}

async function openPlace(session: Session, place: SweepPlace, spec: SweepSpec): Promise<TrialPlace> {
  if (place.kind === 'ray') return openRayPlace(session, place.cluster);
  const engines = place.engines === 'auto' ? await enginesThatFit(session, spec) : place.engines;
  return openLocalPlace(session, engines);
}

function recordSweep(session: Session, spec: SweepSpec): SweepId {
  const { database } = session.project;
  requireKnownNetworks(spec);
  const classes = listClasses(database).map(({ name }) => name as string);
  const images = labelledImages(session, ['train', 'val']);
  requireFitDataset(classes, images);
  if (spec.halving !== null && spec.folds === null && chooseSelection(images, classes).kind !== 'validation') {
    const text = 'Trials are stopped early by their validation loss, and there are too few validation photos for that.';
    throw new AppError('DATASET_UNFIT', `${text} Give folds, or leave the stopping out.`);
  }
  const sweepId = makeSweepId(session.random);
  insertSweep(database, { sweepId, spec, trialCount: listTrials(spec).length }, session.clock());
  return sweepId;
}

/** Before anything is recorded: an unknown network or stage would end the sweep at the trial that has it. */
function requireKnownNetworks(spec: SweepSpec): void {
  const pairs = new Map(
    listTrials(spec).map(({ settings: { backbone, freeze } }) => [`${backbone} ${freeze}`, { backbone, freeze }]),
  );
  for (const { backbone, freeze } of pairs.values()) resolveFreeze(backbone, freeze);
}
