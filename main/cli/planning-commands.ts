/** What helps to decide how to train: `thaw recipes`, `networks`, `plan`, `probe`, `find-rate`. */
import type { Command } from 'commander';
import { publishedRecipes } from '../../shared/domain/published-recipes.ts';
import { chosenRecipe, type RecipeOptions, recipeHelp } from './chosen-recipe.ts';
import { epochCount, integer, viewCount } from './options.ts';
import { type Define, globalsOf, perform } from './perform.ts';
import { type AugmentOptions, chosenAugmentation } from './photo-commands.ts';
import { type NetworkOptions, printNetworks } from './show-networks.ts';
import { showPlan, showProbe, showRates } from './show-planning.ts';
import { showRecipes } from './show-recipes.ts';

type PlanOptions = AugmentOptions & RecipeOptions & { readonly backbone: string; readonly measure: boolean };
type RateOptions = RecipeOptions & { readonly backbone: string; readonly freeze: string; readonly seed: number };

export function definePlanningCommands(define: Define): void {
  define('recipes', 'published recipes, with their sources').action((_options: unknown, command: Command) => {
    const text = globalsOf(command).json ? JSON.stringify(publishedRecipes, null, 2) : showRecipes(publishedRecipes);
    process.stdout.write(`${text}\n`);
  });

  define('networks', 'the networks there are, or one of them stage by stage')
    .argument('[id]', 'one of them')
    .option('--freeze <stage>', 'shown as frozen: all, none, or the last frozen stage')
    .option('--svg <file>', 'a drawing of it, the frozen part cold and the learning one warm')
    .action((id: string | undefined, options: NetworkOptions, command: Command) =>
      printNetworks(id, { ...options, json: globalsOf(command).json ?? false }),
    );

  define('plan', 'what training at each freeze depth costs here, and whether it fits')
    .option('--backbone <id>', 'pretrained network', 'tf_efficientnet_lite0')
    .option('--epochs <number>', 'passes over the training photos', epochCount)
    .option('--recipe <id>', recipeHelp)
    .option('--augment <policy>', 'as for train')
    .option('--views <number>', 'as for train', viewCount)
    .option('--no-measure', 'without timing this machine')
    .action((options: PlanOptions, command: Command) =>
      perform(command, {
        name: 'runs.plan',
        input: {
          backbone: options.backbone,
          recipe: chosenRecipe(options, null),
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
      perform(command, {
        name: 'library.probe',
        input: { backbone: options.backbone, seed: options.seed },
        text: showProbe,
      }),
    );

  define('find-rate', 'a learning rate to start from: it rises step by step while the loss is watched')
    .option('--backbone <id>', 'pretrained network', 'tf_efficientnet_lite0')
    .option('--freeze <stage>', 'all, none, or the last frozen stage', 'all')
    .option('--seed <number>', 'of the order of the photos', integer, 0)
    .option('--recipe <id>', `${recipeHelp}; by default that of the depth`)
    .action(({ backbone, freeze, seed, recipe }: RateOptions, command: Command) =>
      perform(command, {
        name: 'runs.find-rate',
        input: { backbone, freeze, seed, ...(recipe !== undefined && { recipe: chosenRecipe({ recipe }, null) }) },
        text: showRates,
      }),
    );
}
