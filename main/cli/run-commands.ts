/** What trainings have brought: `thaw runs`, `evaluate`, `compare`, `predict`. */
import type { Command } from 'commander';
import type { CommandInput } from '../../shared/contract/commands.ts';
import { SplitSide } from '../../shared/domain/ids.ts';
import { type ViewSet, viewSetHelp } from '../../shared/domain/view-set.ts';
import { asker, ensembleIn } from './asker.ts';
import { oneOf, viewSet } from './options.ts';
import { type Define, perform } from './perform.ts';
import * as texts from './show.ts';

type CompareOptions = {
  readonly split: SplitSide;
  readonly views: ViewSet;
  readonly reevaluate: boolean;
  readonly with?: string[];
};

export function defineRunCommands(define: Define): void {
  define('runs', 'list the runs')
    .option('--events', 'what happened to each: stopped, resumed, changed on the way')
    .action((options: { events?: boolean }, command: Command) =>
      options.events === true
        ? perform(command, { name: 'runs.events', input: { runId: null }, text: texts.showRunEvents })
        : perform(command, { name: 'runs.list', input: {}, text: texts.showRuns }),
    );

  define('evaluate', 'accuracy of a run')
    .requiredOption('--run <id>', 'the run, or an ensemble, whose members keep their own crops')
    .option('--split <side>', 'train, val or test', oneOf(SplitSide), 'test')
    .option('--views <set>', viewSetHelp, viewSet, 'centre')
    .action((options: { run: string; split: SplitSide; views: ViewSet }, command: Command) => {
      const ensembleId = ensembleIn(options.run);
      if (ensembleId !== null) {
        const input = { ensembleId, split: options.split };
        return perform(command, { name: 'ensembles.evaluate', input, text: texts.showEvaluation });
      }
      return perform(command, {
        name: 'runs.evaluate',
        input: { runId: options.run, split: options.split, views: options.views } as CommandInput<'runs.evaluate'>,
        text: texts.showEvaluation,
      });
    });

  define('compare <runs...>', 'two runs on the same photos, or each of several against the first: was it luck?')
    .option('--split <side>', 'train, val or test', oneOf(SplitSide), 'test')
    .option('--views <set>', viewSetHelp, viewSet, 'centre')
    .option(
      '--with <runs...>',
      'the same with other settings and several seeds: the runs before are one way, these the other',
    )
    .option('--reevaluate', 'runs of different splits too, on the photos that neither learnt from', false)
    .action((runIds: string[], { with: others, ...options }: CompareOptions, command: Command) => {
      const [first, second, third] = runIds;
      if (others !== undefined) {
        const { split, views } = options;
        const input = { first: runIds, second: others, split, views } as CommandInput<'runs.compare-seeds'>;
        return perform(command, { name: 'runs.compare-seeds', input, text: texts.showSeedComparison });
      }
      if (second === undefined) return command.error("error: two runs are needed: 'thaw runs' lists them");
      if (third === undefined) {
        const input = { first, second, ...options } as CommandInput<'runs.compare'>;
        return perform(command, { name: 'runs.compare', input, text: texts.showComparison });
      }
      const input = { runIds, ...options } as CommandInput<'runs.compare-several'>;
      return perform(command, { name: 'runs.compare-several', input, text: texts.showComparisons });
    });

  define('predict <paths...>', 'answers for photos or folders, as CSV')
    .option('--run <id>', 'the run, or an ensemble, whose members keep their own crops; by default the best run')
    .option('--views <set>', viewSetHelp, viewSet, 'centre')
    .action((paths: string[], options: { run?: string; views: ViewSet }, command: Command) =>
      perform(command, {
        name: 'runs.predict',
        input: { ...asker(options.run), paths, views: options.views } as CommandInput<'runs.predict'>,
        text: texts.showPredictions,
        aside: texts.showSkipped,
      }),
    );
}
