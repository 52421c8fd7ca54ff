/** What trainings have brought: `thaw runs`, `evaluate`, `compare`, `predict`. */
import type { Command } from 'commander';
import type { CommandInput } from '../../shared/contract/commands.ts';
import { SplitSide } from '../../shared/domain/ids.ts';
import { type ViewSet, viewSetHelp } from '../../shared/domain/view-set.ts';
import { oneOf, viewSet } from './options.ts';
import { type Define, perform } from './perform.ts';
import * as texts from './show.ts';

type CompareOptions = { readonly split: SplitSide; readonly views: ViewSet; readonly reevaluate: boolean };

export function defineRunCommands(define: Define): void {
  define('runs', 'list the runs')
    .option('--events', 'what happened to each: stopped, resumed, changed on the way')
    .action((options: { events?: boolean }, command: Command) =>
      options.events === true
        ? perform(command, { name: 'runs.events', input: { runId: null }, text: texts.showRunEvents })
        : perform(command, { name: 'runs.list', input: {}, text: texts.showRuns }),
    );

  define('evaluate', 'accuracy of a run')
    .requiredOption('--run <id>', 'the run')
    .option('--split <side>', 'train, val or test', oneOf(SplitSide), 'test')
    .option('--views <set>', viewSetHelp, viewSet, 'centre')
    .action((options: { run: string; split: SplitSide; views: ViewSet }, command: Command) =>
      perform(command, {
        name: 'runs.evaluate',
        input: { runId: options.run, split: options.split, views: options.views } as CommandInput<'runs.evaluate'>,
        text: texts.showEvaluation,
      }),
    );

  define('compare <first> <second>', 'two runs on the same photos: was it luck?')
    .option('--split <side>', 'train, val or test', oneOf(SplitSide), 'test')
    .option('--views <set>', viewSetHelp, viewSet, 'centre')
    .option('--reevaluate', 'runs of different splits too, on the photos that neither learnt from', false)
    .action((first: string, second: string, options: CompareOptions, command: Command) =>
      perform(command, {
        name: 'runs.compare',
        input: { first, second, ...options } as CommandInput<'runs.compare'>,
        text: texts.showComparison,
      }),
    );

  define('predict <paths...>', 'answers for photos or folders, as CSV')
    .option('--run <id>', 'the run; by default the best one')
    .option('--views <set>', viewSetHelp, viewSet, 'centre')
    .action((paths: string[], options: { run?: string; views: ViewSet }, command: Command) =>
      perform(command, {
        name: 'runs.predict',
        input: { runId: options.run ?? null, paths, views: options.views } as CommandInput<'runs.predict'>,
        text: texts.showPredictions,
        aside: texts.showSkipped,
      }),
    );
}
