/** More than one look: `thaw crops`, `thaw ensemble`. */
import type { Command } from 'commander';
import type { Client, CommandInput, CommandName, CommandOutput } from '../../shared/contract/commands.ts';
import { AppError } from '../../shared/contract/errors.ts';
import { Averaging, WeighMethod } from '../../shared/domain/ensemble.ts';
import { SplitSide } from '../../shared/domain/ids.ts';
import { type ViewSet, viewSetHelp } from '../../shared/domain/view-set.ts';
import { oneOf, viewSet } from './options.ts';
import { type Define, perform } from './perform.ts';
import * as texts from './show-ensembles.ts';

const CROP_SETS = ['centre', 'mirror', 'ten-crop', 'positions:4', 'positions:8', 'positions:16'];
const PLAN_SETS = ['centre', 'mirror', 'ten-crop'];
const list = (text: string): string[] => text.split(/\s+/).filter((part) => part !== '');

export function defineEnsembleCommands(define: Define): void {
  defineCrops(define);
  const group = define('ensemble', 'several runs that answer together').action((_: unknown, command: Command) =>
    command.help(),
  );
  const part = (name: string, description: string): Command =>
    group
      .command(name)
      .description(description)
      .option('--project <folder>', 'the project folder')
      .option('--json', 'print the result as JSON');
  defineWeighing(part);
  defineSaved(part);
}

function defineCrops(define: Define): void {
  define('crops', 'accuracy of a run against how many crops of a photo it looks at, and what they cost')
    .requiredOption('--run <id>', 'the run')
    .option('--split <side>', 'train, val or test', oneOf(SplitSide), 'val')
    .option('--sets <sets>', `sets of crops, with blanks between them: ${viewSetHelp}`, list, CROP_SETS)
    .option('--average <what>', 'probabilities or logits', oneOf(Averaging), 'probabilities')
    .action((options: { run: string; split: SplitSide; sets: string[]; average: Averaging }, command: Command) =>
      perform(command, {
        name: 'runs.crops',
        input: {
          ...{ runId: options.run, split: options.split, averaging: options.average },
          sets: options.sets.map(viewSet),
        } as CommandInput<'runs.crops'>,
        text: texts.showCrops,
      }),
    );
}

type WeighOptions = { readonly views: ViewSet; readonly save?: string; readonly method: WeighMethod };

function defineWeighing(part: Define): void {
  part('weigh <runs...>', 'weights of runs, found on held-out photos; --save keeps them as an ensemble')
    .option('--views <set>', viewSetHelp, viewSet, 'centre')
    .option('--save <name>', 'keep it under this name')
    .option('--method <name>', `weights to save: ${WeighMethod.options.join(', ')}`, oneOf(WeighMethod), 'convex')
    .action((runIds: string[], options: WeighOptions, command: Command) => {
      const input = { runIds, views: options.views } as CommandInput<'ensembles.weigh'>;
      if (options.save === undefined)
        return perform(command, { name: 'ensembles.weigh', input, text: texts.showWeighing });
      return perform(command, {
        name: 'ensembles.save',
        input: async (client) => toSave(await ask(client, 'ensembles.weigh', input), options),
        text: texts.showEnsemble,
      });
    });
  part('plan <runs...>', 'the front of accuracy and cost over subsets of runs and sets of crops')
    .option('--sets <sets>', 'sets of crops, with blanks between them', list, PLAN_SETS)
    .option('--test', 'look at the test photos once, for all that is on the front', false)
    .action((runIds: string[], options: { sets: string[]; test: boolean }, command: Command) =>
      perform(command, {
        name: 'ensembles.plan',
        input: { runIds, sets: options.sets.map(viewSet), reportsTest: options.test } as CommandInput<'ensembles.plan'>,
        text: texts.showEnsemblePlan,
      }),
    );
}

function toSave(
  report: CommandOutput<'ensembles.weigh'>,
  { save, method }: WeighOptions,
): CommandInput<'ensembles.save'> {
  const { weights } = report.weighings.find((one) => one.method === method)!;
  const members = report.members
    .map(({ runId }, at) => ({ runId, views: report.views, weight: weights[at]! }))
    .filter(({ weight }) => weight > 0);
  return { name: save ?? '', members, method, best: report.best, classes: report.classes };
}

async function ask<N extends CommandName>(client: Client, name: N, input: CommandInput<N>): Promise<CommandOutput<N>> {
  const result = await client.call(name, input);
  if (result.ok) return result.value;
  throw new AppError(result.failure.code, result.failure.message);
}

function defineSaved(part: Define): void {
  part('list', 'saved ensembles').action((_: unknown, command: Command) =>
    perform(command, { name: 'ensembles.list', input: {}, text: texts.showEnsembles }),
  );
  part('test <id>', 'show it the test photos: counted as one look, and kept')
    .option('--again', 'look once more', false)
    .action((ensembleId: string, { again }: { again: boolean }, command: Command) =>
      perform(command, {
        name: 'ensembles.test',
        input: { ensembleId, again } as CommandInput<'ensembles.test'>,
        text: texts.showEnsemble,
      }),
    );
  part(
    'export <id> <file>',
    'one ONNX file that answers with the weighted average, checked against its members',
  ).action((ensembleId: string, path: string, _: unknown, command: Command) =>
    perform(command, {
      name: 'ensembles.export',
      input: { ensembleId, path } as CommandInput<'ensembles.export'>,
      text: texts.showExportedEnsemble,
    }),
  );
  part('delete <id>', 'forget it; its runs stay').action((ensembleId: string, _: unknown, command: Command) =>
    perform(command, {
      name: 'ensembles.delete',
      input: { ensembleId } as CommandInput<'ensembles.delete'>,
      text: ({ deleted }) => `${deleted} deleted`,
    }),
  );
}
