/** `thaw sweep` and `thaw sweeps`. */
import type { Command } from 'commander';
import type { CommandInput } from '../../shared/contract/commands.ts';
import type { SweepId } from '../../shared/domain/sweep.ts';
import { integer } from './options.ts';
import { type Define, perform } from './perform.ts';
import { showSweep, showSweeps } from './show-sweeps.ts';
import { addDimension, engineCount, positiveNumber, type SweepOptions, seedList, specOf } from './sweep-options.ts';

const STOPPED: readonly unknown[] = ['stopped', 'interrupted'];

export function defineSweepCommands(define: Define): void {
  define('sweep', 'many trainings that differ in what is searched for; stopped, it can be gone on with')
    .argument('[id]', 'a sweep to go on with')
    .option('--name <text>', 'of the sweep and its runs', 'Sweep')
    .option('--backbone <id>', 'pretrained network', 'tf_efficientnet_lite0')
    .option('--freeze <stage>', 'all, none, or the last frozen stage', 'all')
    .option('--epochs <number>', 'passes over the training photos', integer)
    .option('--try <setting>', 'NAME=VALUE,VALUE or NAME=LOW..HIGH[:log]; may come several times', addDimension)
    .option('--random <number>', 'that many random points instead of the whole grid', integer)
    .option('--seeds <list>', 'every point is trained with each', seedList, [0])
    .option('--search-seed <number>', 'of random points and folds', integer, 0)
    .option('--folds <number>', 'every point is trained once for each fold of the photos', integer)
    .option(
      '--halving [epochs]',
      'stop trials early that are not among the best third (ASHA), from so many epochs on',
      integer,
    )
    .option('--max-runs <number>', 'start no more than these', integer)
    .option('--max-minutes <number>', 'start none after these', positiveNumber)
    .option('--max-epochs <number>', 'start none after so many of all trials together', integer)
    .option('--engines <number>', "trainings at the same time, or 'auto': as many as memory allows", engineCount, 1)
    .action((id: string | undefined, options: SweepOptions, command: Command) =>
      perform(command, {
        name: 'sweeps.run',
        input: async () =>
          ({
            sweep: id === undefined ? { spec: specOf(options) } : { sweepId: id as SweepId },
            place: { kind: 'here', engines: options.engines },
          }) as CommandInput<'sweeps.run'>, // checked by the contract
        text: showSweep,
        wasStopped: ({ endedBy }) => STOPPED.includes(endedBy),
      }),
    );

  define('sweeps', 'list the sweeps, or show one')
    .argument('[id]', 'one of them')
    .action((id: string | undefined, _options: unknown, command: Command) =>
      id === undefined
        ? perform(command, { name: 'sweeps.list', input: {}, text: showSweeps })
        : perform(command, { name: 'sweeps.show', input: { sweepId: id as SweepId }, text: showSweep }),
    );
}
