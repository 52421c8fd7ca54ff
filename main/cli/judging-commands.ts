/** How far answers are believed: `thaw calibrate`, `strangers`, `mistakes`, `retrain`. */
import type { Command } from 'commander';
import type { Client, CommandInput, CommandOutput } from '../../shared/contract/commands.ts';
import { AppError } from '../../shared/contract/errors.ts';
import type { RunId } from '../../shared/domain/ids.ts';
import { ScoreKind } from '../../shared/domain/judging.ts';
import { thresholdOfMissed } from '../../shared/math/open-set.ts';
import { integer, oneOf } from './options.ts';
import { printable } from './output.ts';
import { type Define, perform } from './perform.ts';
import { findPhotos, showEdit } from './photo-commands.ts';
import { showAdded, showCalibration, showDial, showMistakes, showRetrained, showStrangers } from './show-judging.ts';

type CalibrateOptions = {
  readonly run: string;
  readonly strangers?: readonly string[];
  readonly neither?: string | false; // false: --no-neither
  readonly score?: ScoreKind;
  readonly miss?: string;
};
type StrangerOptions = { readonly run: string; readonly most: number; readonly add?: string };

export function defineJudgingCommands(define: Define): void {
  define('calibrate', 'temperature and the line to strangers, from photos that did not teach the run; kept with it')
    .requiredOption('--run <id>', 'the run')
    .option('--strangers <paths...>', 'photos and folders of things that belong to no class')
    .option(
      '--neither <class>',
      "the class that means none of the others; by its name ('neither', 'other') unless told",
    )
    .option('--no-neither', 'no class means that')
    .option('--score <kind>', `${ScoreKind.options.join(', ')}: what decides from now on`, oneOf(ScoreKind))
    .option('--miss <percent>', 'of the own photos that may be called neither: sets the threshold of that score')
    .action(calibrate);

  define('strangers <paths...>', 'photos that a run takes for a class, the surest first')
    .requiredOption('--run <id>', 'the run; it must have been calibrated')
    .option('--most <number>', 'photos to list', integer, 20)
    .option('--add <class>', 'bring these photos into the project under this label instead of listing them')
    .action(strangers);

  define('mistakes', 'photos whose label is likely a mistake (confident learning)')
    .requiredOption('--run <id>', 'the run')
    .action((options: { run: string }, command: Command) =>
      perform(command, { name: 'library.label-mistakes', input: { runId: options.run as RunId }, text: showMistakes }),
    );

  define('retrain', 'a new run: only the softmax learns anew, from cached features and with the labels of today')
    .requiredOption('--run <id>', 'the run whose other layers stay')
    .option('--name <name>', 'of the new run')
    .action((options: { run: string; name?: string }, command: Command) =>
      perform(command, {
        name: 'runs.retrain',
        input: { runId: options.run as RunId, ...(options.name !== undefined && { name: options.name }) },
        text: showRetrained,
      }),
    );

  define('exclude <photos...>', 'leave photos out of everything, by file name or the beginning of their id')
    .option('--restore', 'take them in again')
    .action((names: string[], options: { restore?: boolean }, command: Command) =>
      perform(command, {
        name: 'library.exclude',
        input: async (client) => ({
          imageIds: await findPhotos(client, names),
          isExcluded: options.restore !== true,
        }),
        text: showEdit,
      }),
    );

  for (const name of ['undo', 'redo'] as const)
    define(name, name === 'undo' ? 'take the last edit back' : 'make it again').action((_: unknown, command: Command) =>
      perform(command, { name: `library.${name}`, input: {}, text: showUndone }),
    );
}

function showUndone({ done, history }: CommandOutput<'library.undo'>): string {
  if (done === null) return 'There is nothing to take back or to make again.';
  const photos = done.photos === 0 ? '' : ` · ${done.photos} photos`;
  return `done: ${done.kind}${done.className === null ? '' : ` · ${printable(done.className)}`}${photos}\n${showEdit(history)}`;
}

function calibrate(options: CalibrateOptions, command: Command): Promise<void> {
  const { run, score, miss, strangers: paths } = options;
  if (score !== undefined && paths === undefined && options.neither === undefined)
    return perform(command, {
      name: 'runs.set-dial',
      input: (client) => dialInput(client, { run, score, ...(miss !== undefined && { miss }) }),
      text: showDial,
    });
  const neitherClass = options.neither === false ? null : options.neither;
  const input = {
    runId: run,
    strangers: [...(paths ?? [])],
    ...(neitherClass !== undefined && { neitherClass }),
  } as CommandInput<'runs.calibrate'>; // checked by the contract
  return perform(command, { name: 'runs.calibrate', input, text: showCalibration });
}

type DialWish = { readonly run: string; readonly score: ScoreKind; readonly miss?: string };

/** Throws INVALID_INPUT for a share that is none, NOT_FOUND where the run was not calibrated. */
async function dialInput(client: Client, { run, score, miss }: DialWish): Promise<CommandInput<'runs.set-dial'>> {
  const runId = run as RunId;
  const found = await client.call('runs.judgement', { runId });
  if (!found.ok) throw new AppError(found.failure.code, found.failure.message);
  const { judgement } = found.value;
  if (judgement === null)
    throw new AppError('NOT_FOUND', `Run ${run} was not calibrated yet: 'thaw calibrate --run ${run}' first.`);
  const dial = judgement.dials[score];
  if (miss === undefined) return { runId, score, threshold: dial.threshold };
  const percent = Number(miss);
  if (!(percent >= 0 && percent <= 100))
    throw new AppError('INVALID_INPUT', `--miss ${miss.slice(0, 20)}: give percent from 0 to 100.`);
  return { runId, score, threshold: thresholdOfMissed(dial.known, percent / 100) };
}

function strangers(paths: string[], options: StrangerOptions, command: Command): Promise<void> {
  const runId = options.run as RunId;
  const { add, most } = options;
  if (add === undefined)
    return perform(command, { name: 'runs.strangers', input: { runId, paths, most }, text: showStrangers });
  return perform(command, {
    name: 'library.add-as',
    input: async (client) => {
      const found = await client.call('runs.strangers', { runId, paths, most });
      if (!found.ok) throw new AppError(found.failure.code, found.failure.message);
      const letIn = found.value.photos.filter(({ isLetIn, inProject }) => isLetIn && inProject === null);
      if (letIn.length === 0) throw new AppError('NOT_FOUND', 'No photo there is taken for a class: nothing to add.');
      return { paths: letIn.map(({ path }) => path), className: add } as CommandInput<'library.add-as'>;
    },
    text: showAdded,
  });
}
