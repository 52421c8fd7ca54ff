/** The command line: parses arguments, calls the contract, shows the result. It knows nothing else. */
import { Command, CommanderError } from 'commander';
import type { Client, CommandInput, CommandName, CommandOutput } from '../../shared/contract/commands.ts';
import { type Failure, toFailure } from '../../shared/contract/errors.ts';
import { RegimeWish } from '../../shared/contract/planning.ts';
import { augmentationPresets } from '../../shared/domain/augmentation.ts';
import { SplitSide } from '../../shared/domain/ids.ts';
import { findPublishedRecipe, publishedRecipes } from '../../shared/domain/published-recipes.ts';
import { Recipe } from '../../shared/domain/recipe.ts';
import { type ViewSet, viewSetHelp } from '../../shared/domain/view-set.ts';
import { openClient } from '../host/open-client.ts';
import { EXIT_CANCELLED, EXIT_FAILURE, EXIT_USAGE } from './exit-codes.ts';
import { defineLookCommand } from './look-commands.ts';
import { checkpointOption, epochCount, integer, oneOf, portNumber, viewCount, viewSet } from './options.ts';
import { printable, progressReporter } from './output.ts';
import {
  type ClassOptions,
  classChange,
  findPhotos,
  type LabelOptions,
  labelInput,
  readPolicy,
  showClasses,
  showEdit,
  showSheet,
} from './photo-commands.ts';
import { serve } from './serve.ts';
import * as texts from './show.ts';
import { showDuplicates, showHealth, showSplits } from './show-health.ts';
import { type NetworkOptions, printNetworks } from './show-networks.ts';
import { showPlan, showProbe, showRates } from './show-planning.ts';
import { showRecipes } from './show-recipes.ts';
import { stopOnSignals } from './signals.ts';
import { chosenBackbone, defineWeightsCommands } from './weights-commands.ts';

type Globals = { readonly project?: string; readonly json?: boolean };
type TrainOptions = {
  readonly backbone: string;
  readonly network?: string;
  readonly weights?: string;
  readonly freeze: string;
  readonly regime?: RegimeWish;
  readonly recipe?: string;
  readonly seed: number;
  readonly epochs?: number;
  readonly augment?: string;
  readonly views?: number;
  readonly checkpointSteps?: number;
};
type HealthOptions = {
  readonly findDuplicates: boolean;
  readonly compareSplits: boolean;
  readonly backbone: string;
  readonly seed: number;
};
type SheetOptions = {
  readonly preview: string;
  readonly output: string;
  readonly policy: string;
  readonly count: number;
  readonly crop: number;
  readonly seed: number;
};
type PlanOptions = Pick<TrainOptions, 'backbone' | 'epochs' | 'augment' | 'views'> & { readonly measure: boolean };
type Request<N extends CommandName> = {
  readonly name: N;
  readonly input: CommandInput<N> | ((client: Client) => Promise<CommandInput<N>>);
  readonly text: (output: CommandOutput<N>) => string;
  readonly create?: boolean;
  readonly wasStopped?: (output: CommandOutput<N>) => boolean; // it has a result all the same
  readonly wasRefused?: (output: CommandOutput<N>) => boolean; // it has a result that says why
  readonly aside?: (output: CommandOutput<N>) => readonly string[]; // for stderr, where stdout is for programs
};

async function perform<N extends CommandName>(globals: Globals, request: Request<N>): Promise<void> {
  const reporter = progressReporter(process.stderr, () => performance.now());
  const say = (text: string): void => reporter.onEvent({ kind: 'note', text });
  const signal = stopOnSignals(say);
  try {
    const client = await openClient({
      folder: globals.project ?? null,
      create: request.create ?? false,
      onNote: say,
    });
    const input = await inputOf(client, request);
    const result = await client.call(request.name, input, { onEvent: reporter.onEvent, signal });
    reporter.end();
    await client.close();
    if (result.ok) show(globals, request, result.value);
    else fail(globals, result.failure);
  } catch (error) {
    reporter.end();
    fail(globals, toFailure(error));
  }
}

/** Closes the client where the input cannot be made: no process is left behind. */
async function inputOf<N extends CommandName>(client: Client, { input }: Request<N>): Promise<CommandInput<N>> {
  if (typeof input !== 'function') return input;
  try {
    return await input(client);
  } catch (error) {
    await client.close();
    throw error;
  }
}

function show<N extends CommandName>(globals: Globals, request: Request<N>, output: CommandOutput<N>): void {
  process.stdout.write(`${globals.json ? JSON.stringify(output, null, 2) : request.text(output)}\n`);
  for (const line of request.aside?.(output) ?? []) process.stderr.write(`${line}\n`);
  if (request.wasStopped?.(output)) process.exitCode = EXIT_CANCELLED;
  if (request.wasRefused?.(output)) process.exitCode = EXIT_FAILURE;
}

function fail(globals: Globals, failure: Failure): void {
  if (globals.json) process.stdout.write(`${JSON.stringify({ failure }, null, 2)}\n`);
  process.stderr.write(`${failure.code}: ${failure.message.split('\n').map(printable).join('\n')}\n`);
  process.exitCode = failure.code === 'CANCELLED' ? EXIT_CANCELLED : EXIT_FAILURE;
}

const program = new Command('thaw')
  .description('Fine-tune image classifiers on your own photos, on your own machine.')
  .option('--project <folder>', 'the project folder')
  .option('--json', 'print the result as JSON')
  .exitOverride();
const globals = (command: Command): Globals => command.optsWithGlobals<Globals>();

/** A published recipe or the defaults, with the options that were typed. Throws NOT_FOUND for an unknown recipe. */
function chosenRecipe({ recipe, epochs }: TrainOptions): Recipe {
  const base = recipe === undefined ? {} : findPublishedRecipe(recipe).recipe;
  return Recipe.parse({ ...base, ...(epochs !== undefined && { epochs }) });
}

/** Throws as readPolicy. */
function chosenAugmentation({
  augment,
  views,
}: Pick<TrainOptions, 'augment' | 'views'>): Pick<CommandInput<'runs.train'>, 'augmentation'> {
  if (augment === undefined) return {};
  return { augmentation: { ...readPolicy(augment), ...(views !== undefined && { cachedViews: views }) } };
}

/** Every command also takes --project and --json behind its own name, as people type them. */
function define(name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option('--project <folder>', 'the project folder')
    .option('--json', 'print the result as JSON');
}

define('import <folders...>', 'add photos; the name of a subfolder is the label')
  .option('--split-from-folders', 'train/, val/ and test/ below the folder are the split', false)
  .action((paths: string[], options: { splitFromFolders: boolean }, command: Command) =>
    perform(globals(command), {
      name: 'library.import',
      input: { paths, splitFromFolders: options.splitFromFolders },
      text: texts.showImport,
      create: true,
      wasStopped: ({ cancelled }) => cancelled,
    }),
  );

define('train', 'train; the defaults need no option')
  .option('--backbone <id>', 'pretrained network', 'tf_efficientnet_lite0')
  .option('--network <id>', 'the same: a network by its name')
  .option('--weights <id>', "imported weights of it ('thaw weights list')")
  .option('--freeze <stage>', 'all, none, or the last frozen stage', 'all')
  .option('--regime <name>', `decides what is frozen: ${RegimeWish.options.join(', ')}`, oneOf(RegimeWish))
  .option('--seed <number>', 'the only source of randomness', integer, 0)
  .option('--epochs <number>', 'passes over the training photos', epochCount)
  .option('--recipe <id>', "a published recipe ('thaw recipes' lists them)")
  .option('--augment <policy>', `${Object.keys(augmentationPresets).join(', ')}, or a JSON file`)
  .option('--views <number>', 'augmented views of each photo that are stored, where a part is frozen', viewCount)
  .addOption(checkpointOption())
  .action((options: TrainOptions, command: Command) =>
    perform(globals(command), {
      name: 'runs.train',
      input: {
        backbone: chosenBackbone(options),
        freeze: options.freeze,
        seed: options.seed,
        recipe: chosenRecipe(options),
        ...chosenAugmentation(options),
        ...(options.regime !== undefined && { regime: options.regime }),
        ...(options.checkpointSteps !== undefined && { checkpointEverySteps: options.checkpointSteps }),
      },
      text: texts.showRun,
    }),
  );

define('recipes', 'published recipes, with their sources').action((_options: unknown, command: Command) => {
  const text = globals(command).json ? JSON.stringify(publishedRecipes, null, 2) : showRecipes(publishedRecipes);
  process.stdout.write(`${text}\n`);
});

define('networks', 'the networks there are, or one of them stage by stage')
  .argument('[id]', 'one of them')
  .option('--freeze <stage>', 'drawn as frozen through this stage', 'input')
  .option('--svg <file>', 'a drawing of it')
  .action((id: string | undefined, options: NetworkOptions, command: Command) =>
    printNetworks(id, { ...options, json: globals(command).json ?? false }),
  );

define('plan', 'what training at each freeze depth costs here, and whether it fits')
  .option('--backbone <id>', 'pretrained network', 'tf_efficientnet_lite0')
  .option('--epochs <number>', 'passes over the training photos', epochCount)
  .option('--augment <policy>', 'as for train')
  .option('--views <number>', 'as for train', viewCount)
  .option('--no-measure', 'without timing this machine')
  .action((options: PlanOptions, command: Command) =>
    perform(globals(command), {
      name: 'runs.plan',
      input: {
        backbone: options.backbone,
        recipe: Recipe.parse(options.epochs === undefined ? {} : { epochs: options.epochs }),
        measure: options.measure,
        ...chosenAugmentation(options),
      },
      text: showPlan,
    }),
  );

define('probe', 'how good the features after each stage are, and which regime suits')
  .option('--backbone <id>', 'pretrained network', 'tf_efficientnet_lite0')
  .option('--seed <number>', 'of the folds', integer, 0)
  .action((options: { backbone: string; seed: number }, command: Command) =>
    perform(globals(command), {
      name: 'library.probe',
      input: { backbone: options.backbone, seed: options.seed },
      text: showProbe,
    }),
  );

define('find-rate', 'a learning rate to start from: it rises step by step while the loss is watched')
  .option('--backbone <id>', 'pretrained network', 'tf_efficientnet_lite0')
  .option('--freeze <stage>', 'all, none, or the last frozen stage', 'all')
  .option('--seed <number>', 'of the order of the photos', integer, 0)
  .action((options: { backbone: string; freeze: string; seed: number }, command: Command) =>
    perform(globals(command), {
      name: 'runs.find-rate',
      input: { backbone: options.backbone, freeze: options.freeze, seed: options.seed },
      text: showRates,
    }),
  );

define('evaluate', 'accuracy of a run')
  .requiredOption('--run <id>', 'the run')
  .option('--split <side>', 'train, val or test', oneOf(SplitSide), 'test')
  .option('--views <set>', viewSetHelp, viewSet, 'centre')
  .action((options: { run: string; split: SplitSide; views: ViewSet }, command: Command) =>
    perform(globals(command), {
      name: 'runs.evaluate',
      input: { runId: options.run, split: options.split, views: options.views } as CommandInput<'runs.evaluate'>,
      text: texts.showEvaluation,
    }),
  );

define('resume', 'go on with a run that was interrupted or cancelled')
  .option('--run <id>', 'the run; by default the newest interrupted one')
  .addOption(checkpointOption())
  .action((options: { run?: string; checkpointSteps?: number }, command: Command) =>
    perform(globals(command), {
      name: 'runs.resume',
      input: {
        runId: options.run ?? null,
        ...(options.checkpointSteps !== undefined && { checkpointEverySteps: options.checkpointSteps }),
      } as CommandInput<'runs.resume'>,
      text: texts.showRun,
    }),
  );

define('runs', 'list the runs')
  .option('--events', 'what happened to each: stopped, resumed, changed on the way')
  .action((options: { events?: boolean }, command: Command) =>
    options.events === true
      ? perform(globals(command), { name: 'runs.events', input: { runId: null }, text: texts.showRunEvents })
      : perform(globals(command), { name: 'runs.list', input: {}, text: texts.showRuns }),
  );

define('compare <first> <second>', 'two runs on the same photos: was it luck?')
  .option('--split <side>', 'train, val or test', oneOf(SplitSide), 'test')
  .option('--views <set>', viewSetHelp, viewSet, 'centre')
  .action((first: string, second: string, options: { split: SplitSide; views: ViewSet }, command: Command) =>
    perform(globals(command), {
      name: 'runs.compare',
      input: { first, second, split: options.split, views: options.views } as CommandInput<'runs.compare'>,
      text: texts.showComparison,
    }),
  );

define('predict <paths...>', 'answers for photos or folders, as CSV')
  .option('--run <id>', 'the run; by default the best one')
  .option('--views <set>', viewSetHelp, viewSet, 'centre')
  .action((paths: string[], options: { run?: string; views: ViewSet }, command: Command) =>
    perform(globals(command), {
      name: 'runs.predict',
      input: { runId: options.run ?? null, paths, views: options.views } as CommandInput<'runs.predict'>,
      text: texts.showPredictions,
      aside: texts.showSkipped,
    }),
  );

define('label <photos...>', 'label photos, by file name or the beginning of their id')
  .option('--class <name>', 'the class; made where it is not there yet')
  .option('--none', 'take the label away')
  .action((photos: string[], options: LabelOptions, command: Command) =>
    perform(globals(command), {
      name: 'library.label',
      input: (client) => labelInput(client, photos, options),
      text: showEdit,
    }),
  );

define('classes', 'list the classes, or change one')
  .option('--add <name>', 'a new class')
  .option('--remove <name>', 'its photos stay, without a label')
  .option('--rename <name>', 'the class that gets another name')
  .option('--to <name>', 'its new name')
  .action((options: ClassOptions, command: Command) => {
    const change = classChange(options);
    return change === null
      ? perform(globals(command), { name: 'library.classes', input: {}, text: showClasses })
      : perform(globals(command), { name: 'library.change-class', input: change, text: showEdit });
  });

define('augment', 'what an augmentation policy makes of a photo, as a contact sheet')
  .requiredOption('--preview <image>', 'the photo')
  .requiredOption('--output <file>', 'the contact sheet, a .png file')
  .option('--policy <name>', 'a preset (none, light, photo, alexnet-2012, inception) or a JSON file', 'photo')
  .option('--count <number>', 'pictures', integer, 12)
  .option('--crop <pixels>', 'side of a picture', integer, 224)
  .option('--seed <number>', 'the only source of randomness', integer, 0)
  .action((options: SheetOptions, command: Command) =>
    perform(globals(command), {
      name: 'augment.sheet',
      input: {
        path: options.preview,
        output: options.output,
        policy: readPolicy(options.policy),
        seed: options.seed,
        count: options.count,
        cropSize: options.crop,
      },
      text: showSheet,
    }),
  );

define('summary', 'what is in the project').action((_options: unknown, command: Command) =>
  perform(globals(command), { name: 'project.summary', input: {}, text: texts.showSummary }),
);

define('health', 'what to know about the photos before training')
  .option('--find-duplicates', 'look for near duplicates by the features of the network too', false)
  .option('--compare-splits', 'how much a split that parts bursts would flatter', false)
  .option('--backbone <id>', 'pretrained network', 'tf_efficientnet_lite0')
  .option('--seed <number>', 'of the folds', integer, 0)
  .action((options: HealthOptions, command: Command) => {
    const { backbone, seed } = options;
    if (options.findDuplicates)
      return perform(globals(command), { name: 'library.find-duplicates', input: { backbone }, text: showDuplicates });
    return options.compareSplits
      ? perform(globals(command), { name: 'library.compare-splits', input: { backbone, seed }, text: showSplits })
      : perform(globals(command), { name: 'library.health', input: {}, text: showHealth });
  });

defineLookCommand(
  define('look', 'where a run looks in photos, and whether its answers hang on it'),
  findPhotos,
  (command, request) => perform(globals(command), request),
);

define('serve', 'the app in a browser on this machine')
  .option('--port <number>', 'by default one that is free', portNumber, 0)
  .option('--create', 'make the project where there is none')
  .option('--open', 'open the browser')
  .action((options: { port: number; create?: boolean; open?: boolean }, command: Command) => {
    const { project, json } = globals(command);
    return serve({ ...options, project, json }).catch((error: unknown) =>
      fail({ json: json ?? false }, toFailure(error)),
    );
  });

defineWeightsCommands(define, (command, request) => perform(globals(command), request));

define('doctor', 'train a few steps on each backend and show which one is used').action(
  (_options: unknown, command: Command) =>
    perform(globals(command), { name: 'doctor', input: {}, text: texts.showDoctor }),
);

process.stdout.on('error', () => process.exit(EXIT_FAILURE)); // whoever read it is gone, as in `thaw runs | head`
try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
  else fail(program.opts<Globals>(), toFailure(error));
}
