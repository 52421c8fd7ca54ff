/** Sweeps: begun, gone on with, listed and shown. */
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import type { SweepPlace } from '../../../shared/contract/sweeps.ts';
import { makeSweepId, type SweepId, type SweepSpec } from '../../../shared/domain/sweep.ts';
import { listTrials, pointCount, type Trial } from '../../../shared/sweeps/trials.ts';
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
  const trials = listTrials(spec);
  requireKnownNetworks(trials);
  return { points: pointCount(spec), trials: trials.length };
}

/** Runs a sweep until it ends or is stopped; what it is then. */
export async function workOnSweep(
  session: Session,
  { sweep, place }: CommandInput<'sweeps.run'>,
  context: CommandContext,
): Promise<CommandOutput<'sweeps.run'>> {
  const { database } = session.project;
  const { spec } = 'spec' in sweep ? sweep : requireSweep(database, sweep.sweepId);
  const trials = listTrials(spec);
  const sweepId = 'spec' in sweep ? recordSweep(session, spec, trials) : sweep.sweepId;
  const opened = await openPlace(session, { place, trials }, context);
  try {
    await runSweep({ session, sweepId, trials, place: opened }, context);
  } finally {
    await opened.close();
  }
  return reportSweep(database, sweepId);
}

type Wanted = { readonly place: SweepPlace; readonly trials: readonly Trial[] };

async function openPlace(session: Session, { place, trials }: Wanted, context: CommandContext): Promise<TrialPlace> {
  if (place.kind === 'ray') return openRayPlace(session, place, context);
  const engines = place.engines === 'auto' ? await enginesThatFit(session, trials) : place.engines;
  return openLocalPlace(session, engines);
}

function recordSweep(session: Session, spec: SweepSpec, trials: readonly Trial[]): SweepId {
  const { database } = session.project;
  requireKnownNetworks(trials);
  const classes = listClasses(database).map(({ name }) => name as string);
  const images = labelledImages(session, ['train', 'val']);
  requireFitDataset(classes, images);
  if (spec.halving !== null && spec.folds === null && chooseSelection(images, classes).kind !== 'validation') {
    const text = 'Trials are stopped early by their validation loss, and there are too few validation photos for that.';
    throw new AppError('DATASET_UNFIT', `${text} Give folds, or leave the stopping out.`);
  }
  const sweepId = makeSweepId(session.random);
  insertSweep(database, { sweepId, spec, trialCount: trials.length }, session.clock());
  return sweepId;
}

/** Before anything is recorded: an unknown network or stage would end the sweep at the trial that has it. */
function requireKnownNetworks(trials: readonly Trial[]): void {
  const pairs = new Map(
    trials.map(({ settings: { backbone, freeze } }) => [`${backbone} ${freeze}`, { backbone, freeze }]),
  );
  for (const { backbone, freeze } of pairs.values()) resolveFreeze(backbone, freeze);
}
