/** `thaw train` and `thaw resume`. */
import type { Command } from 'commander';
import type { CommandInput } from '../../shared/contract/commands.ts';
import { RegimeWish } from '../../shared/contract/planning.ts';
import { augmentationPresets } from '../../shared/domain/augmentation.ts';
import { chosenRecipe, type RecipeOptions, recipeHelp } from './chosen-recipe.ts';
import { checkpointOption, epochCount, integer, oneOf, viewCount } from './options.ts';
import { type Define, perform } from './perform.ts';
import { type AugmentOptions, chosenAugmentation } from './photo-commands.ts';
import { showRun } from './show.ts';
import { chosenBackbone } from './weights-commands.ts';

type TrainOptions = AugmentOptions &
  RecipeOptions & {
    readonly backbone: string;
    readonly network?: string;
    readonly weights?: string;
    readonly freeze: string;
    readonly regime?: RegimeWish;
    readonly seed: number;
    readonly checkpointSteps?: number;
  };

export function defineTrainingCommands(define: Define): void {
  define('train', 'train; the defaults need no option')
    .option('--backbone <id>', 'pretrained network', 'tf_efficientnet_lite0')
    .option('--network <id>', 'the same: a network by its name')
    .option('--weights <id>', "imported weights of it ('thaw weights list')")
    .option('--freeze <stage>', 'all, none, or the last frozen stage', 'all')
    .option('--regime <name>', `decides what is frozen: ${RegimeWish.options.join(', ')}`, oneOf(RegimeWish))
    .option('--seed <number>', 'the only source of randomness', integer, 0)
    .option('--epochs <number>', 'passes over the training photos', epochCount)
    .option('--recipe <id>', `${recipeHelp}; by default that of the depth`)
    .option('--augment <policy>', `${Object.keys(augmentationPresets).join(', ')}, or a JSON file`)
    .option('--views <number>', 'augmented views of each photo that are stored, where a part is frozen', viewCount)
    .addOption(checkpointOption())
    .action((options: TrainOptions, command: Command) =>
      perform(command, {
        name: 'runs.train',
        input: {
          backbone: chosenBackbone(options),
          freeze: options.freeze,
          seed: options.seed,
          recipe: chosenRecipe(options, options.regime === undefined ? depthOf(options) : null),
          ...chosenAugmentation(options),
          ...(options.regime !== undefined && { regime: options.regime }),
          ...(options.checkpointSteps !== undefined && { checkpointEverySteps: options.checkpointSteps }),
        },
        text: showRun,
      }),
    );

  define('resume', 'go on with a run that was interrupted or cancelled')
    .option('--run <id>', 'the run; by default the newest interrupted one')
    .addOption(checkpointOption())
    .action((options: { run?: string; checkpointSteps?: number }, command: Command) =>
      perform(command, {
        name: 'runs.resume',
        input: {
          runId: options.run ?? null,
          ...(options.checkpointSteps !== undefined && { checkpointEverySteps: options.checkpointSteps }),
        } as CommandInput<'runs.resume'>,
        text: showRun,
      }),
    );
}

function depthOf(options: TrainOptions) {
  return { backbone: options.network ?? options.backbone, freeze: options.freeze };
}
