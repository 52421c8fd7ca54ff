/** A run's folder while it trains: what it goes on from, its checkpoints and its changes, each told to the run's log. */
import { AppError } from '../../../shared/contract/errors.ts';
import type { Sha256 } from '../../../shared/domain/ids.ts';
import type { TrainingLogKind } from '../../../shared/domain/run-log.ts';
import { writeCheckpoint } from '../checkpoints/checkpoint.ts';
import type { JobContext } from '../protocol/control.ts';
import type { TrainJob } from '../protocol/messages.ts';
import type { Trials } from '../training/cross-validate.ts';
import type { Checkpoints, Finish, TrainResult } from '../training/request.ts';
import type { Chosen } from '../training/select.ts';
import type { EarlyEnd, MemoryChange, Snapshot } from '../training/snapshot.ts';
import { type ChangeLog, openChangeLog } from './change-log.ts';
import { type Resumption, type RunState, readResumption } from './run-state.ts';
import { openTrialLog, type TrialLog } from './trial-log.ts';

const CHECKPOINT_EVERY_MS = 60_000;

export type RunKeeper = {
  readonly chosen: Chosen | null;
  readonly resumeFrom: Snapshot | null;
  readonly changes: readonly MemoryChange[];
  readonly checkpoints: Checkpoints;
  readonly onChosen: (chosen: Chosen) => Promise<void>;
  readonly onChange: (change: MemoryChange) => Promise<void>;
  readonly trials: Trials;
  readonly early: Finish; // the wish to end early
  readonly finish: (result: TrainResult) => Promise<void>; // the weights may be used from here on
};
export type KeeperRequest = {
  readonly job: TrainJob;
  readonly inputsSha256: Sha256;
  readonly device: string;
};

/** Throws INVALID_INPUT where the run in the folder was started with other photos or settings; CHECKPOINT_DAMAGED. */
export async function openRunKeeper(request: KeeperRequest, context: JobContext): Promise<RunKeeper> {
  const { job, inputsSha256, device } = request;
  const log: Log = (entry, text) => context.send({ kind: 'logged', entry, text });
  const found = job.resume ? await readResumption(job.runFolder, inputsSha256) : null;
  const changes = await openChangeLog(job.runFolder, found === null);
  const trials = await openTrialLog({ runFolder: job.runFolder, inputsSha256, isNew: found === null });
  const isWished = (): boolean => context.shouldFinish?.() ?? false;
  const onChange = async (change: MemoryChange): Promise<void> => {
    await changes.add(change);
    log('less-memory', describeChange(change, job));
  };
  if (found !== null) tellResumption(found, device, log);
  if (found !== null && job.needsLessMemory) await onChange(halvedFrom(found, changes.made(), job));
  let number = found?.number ?? 0;
  let settled = found?.chosen ?? null;
  const { backbone, frozenThrough, classes } = job;
  const write = async (tensors: Snapshot['tensors'], unfinished: RunState['unfinished']): Promise<void> => {
    number += 1;
    const state = { backbone, frozenThrough, classes, ...(unfinished && { unfinished }) };
    await writeCheckpoint(job.runFolder, { epoch: number, tensors, state });
  };
  return {
    chosen: settled,
    resumeFrom: found?.snapshot ?? null,
    changes: changes.made(),
    checkpoints: {
      everyMs: CHECKPOINT_EVERY_MS,
      ...(job.checkpointEverySteps !== undefined && { everySteps: job.checkpointEverySteps }),
      write: ({ tensors, position }) => write(tensors, { inputsSha256, device, chosen: settled!, position }),
    },
    onChosen: async (chosen) => {
      settled = chosen;
      await write(new Map(), { inputsSha256, device, chosen, position: null });
      await trials.forgetLogits();
      log('settings-chosen', describeChosen(chosen, job));
    },
    onChange,
    trials: keptTrials(trials, isWished, log),
    early: keptEnd(changes, isWished, log),
    finish: ({ weights }) => write(weights, undefined),
  };
}

type Log = (entry: TrainingLogKind, text: string) => void;

/** Asked to finish while settings are being chosen, they are chosen from the trials that are done. */
function keptTrials(trials: TrialLog, isWished: () => boolean, log: Log): Trials {
  if (trials.curves.length > 0)
    log('trials-kept', `${trials.curves.length} trials were done before and are not repeated.`);
  return {
    known: trials.curves,
    isEnough: () => trials.isEnded() || isWished(),
    wereEnded: trials.isEnded,
    onTrial: trials.add,
    readLogits: trials.logits,
    onEnough: async (done, total) => {
      if (trials.isEnded()) return;
      await trials.end();
      log(
        'finish-asked',
        `Asked to finish while settings were being chosen: ${done} of ${total} trials decide, then it trains.`,
      );
    },
  };
}

function keptEnd(changes: ChangeLog, isWished: () => boolean, log: Log): Finish {
  return {
    isWished,
    known: changes.end(),
    onDecided: async (end) => {
      await changes.setEnd(end);
      log('finish-asked', describeEnd(end));
    },
  };
}

function describeEnd({ epoch, step }: EarlyEnd): string {
  if (step === 0) return `Asked to finish: the training ends with epoch ${epoch}, and its best epoch is kept.`;
  return `Asked to finish: the training ends in epoch ${epoch + 1}, after step ${step}; the best whole epoch is kept.`;
}

function tellResumption(found: Resumption, device: string, log: Log): void {
  for (const { reason } of found.rejected) log('checkpoint-skipped', reason);
  if (found.device !== null && found.device !== device) {
    const text = `This run was trained on '${found.device}' and goes on with '${device}': its weights will differ in the last bits.`;
    log('device-changed', text);
  }
  const { snapshot, chosen } = found;
  if (snapshot !== null)
    log('resumed', `Goes on in epoch ${snapshot.position.epoch + 1}, step ${snapshot.position.step + 1}.`);
  else if (chosen !== null) log('resumed', 'Goes on with the settings that were chosen; no step was kept.');
  else log('resumed', 'Starts from the beginning: nothing of the training was kept.');
}

/** Half the rows a pass from the place on at which the run goes on, and half of what was changed after it. */
function halvedFrom(found: Resumption, made: readonly MemoryChange[], { recipe }: TrainJob): MemoryChange {
  const position = found.snapshot?.position;
  const rows = Math.min(position?.rowsPerPass ?? recipe.batchSize, ...made.map(({ rowsPerPass }) => rowsPerPass));
  if (rows <= 1) {
    const message =
      'The memory was not enough for a single photo at once. Freeze more stages or choose a smaller network.';
    throw new AppError('OUT_OF_MEMORY', message);
  }
  const { epoch = 0, step = 0 } = position ?? {};
  return { epoch, step, during: 'step', rowsPerPass: Math.ceil(rows / 2), recomputes: true };
}

function describeChosen({ weightDecay, stopAfterEpochs }: Chosen, { recipe }: TrainJob): string {
  const shown = Number(weightDecay.toPrecision(3)); // a sweep draws it with all its digits
  const chosen =
    stopAfterEpochs === null ? `Weight decay ${shown}.` : `Weight decay ${shown}, ${stopAfterEpochs} epochs.`;
  const { startShare } = recipe;
  if (startShare === 0) return chosen;
  return `${chosen} Of the weights that are judged and kept, a share of ${startShare} is as they started.`;
}

function describeChange({ epoch, step, during, rowsPerPass, recomputes }: MemoryChange, { recipe }: TrainJob): string {
  const where = during === 'step' ? `in step ${step + 1}` : 'while judging';
  const start = `The memory ran out in epoch ${epoch + 1} ${where}: from here on ${rowsPerPass} photos at once`;
  const change = recomputes ? `${start}, activations computed again for the backward pass.` : `${start}.`;
  if (rowsPerPass >= recipe.batchSize) return change;
  const summed = recipe.batchSize * recipe.accumulate;
  return `${change} Gradients are summed over the batch of ${summed}; batch norms that train see the smaller batches.`;
}
