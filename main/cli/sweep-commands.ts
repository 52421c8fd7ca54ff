/** `thaw sweep` and `thaw sweeps`. */
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { CommandInput } from '../../shared/contract/commands.ts';
import type { SweepId } from '../../shared/domain/sweep.ts';
import { integer } from './options.ts';
import { type Define, perform } from './perform.ts';
import { showSweep, showSweeps } from './show-sweeps.ts';
import {
  addDimension,
  engineCount,
  placeOf,
  positiveNumber,
  type SweepOptions,
  seedList,
  specOf,
} from './sweep-options.ts';

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
    .option('--ray <address>', 'on a Ray cluster: the address of its Jobs API, as http://HOST:8265')
    .option('--ray-storage <folder>', 'a folder that this machine and all nodes see')
    .option('--ray-storage-there <folder>', 'its path on the nodes, where that is another one')
    .option('--ray-command <text>', 'what starts Thaw on a node', 'thaw')
    .option('--ray-parallel <number>', 'trials handed over at a time', integer, 8)
    .option('--ray-gpus <number>', 'of each trial', integer, 0)
    .option('--engines <number>', "trainings at the same time, or 'auto': as many as memory allows", engineCount, 1)
    .action((id: string | undefined, options: SweepOptions, command: Command) =>
      perform(command, {
        name: 'sweeps.run',
        input: async () =>
          ({
            sweep: id === undefined ? { spec: specOf(options) } : { sweepId: id as SweepId },
            place: placeOf(options),
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

  define('work', 'for a node of a cluster: train one trial that another machine sent')
    .requiredOption('--trial <file>', 'trial.json in the folder that all machines see')
    .requiredOption('--data <file>', 'the data pack')
    .option('--cache <folder>', 'of this node: photos and features, for later trials', join(tmpdir(), 'thaw-worker'))
    .action(({ trial, data, cache }: { trial: string; data: string; cache: string }, command: Command) =>
      perform(command, {
        name: 'trials.work',
        input: { trial: resolve(trial), data: resolve(data), cache: resolve(cache) },
        text: ({ runId, weightsSha256 }) => `${runId}: done, weights ${weightsSha256}`,
      }),
    );
}
