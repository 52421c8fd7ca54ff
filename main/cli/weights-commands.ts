/** `thaw weights ...`: pretrained weights from files, for all projects. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { CommandInput } from '../../shared/contract/commands.ts';
import { type Define, perform } from './perform.ts';
import { showCatalogue, showImportedWeights, showSelfTest, showWeights } from './show-weights.ts';

type BackboneOptions = { readonly backbone: string; readonly network?: string; readonly weights?: string };

/** A network with imported weights is `network@id`. */
export function chosenBackbone({ backbone, network = backbone, weights }: BackboneOptions): string {
  return weights === undefined ? network : `${network}@${weights.slice(weights.indexOf('@') + 1)}`;
}

type AddOptions = { readonly network?: string; readonly sha256?: string; readonly licence?: string };

export function defineWeightsCommands(define: Define): void {
  const group = define('weights', 'pretrained weights from files: PyTorch, safetensors, Keras, TensorFlow.js, ONNX');
  const within = (name: string, description: string): Command =>
    group.command(name).description(description).option('--json', 'print the result as JSON');

  within('add <file>', 'import a file; nothing in it is executed')
    .option('--network <id>', 'the network they are of; by default the one that fits best')
    .option('--sha256 <hex>', 'what the file must have', (text) => text.toLowerCase())
    .option('--licence <spdx>', 'kept with the weights')
    .action((path: string, options: AddOptions, command: Command) =>
      perform(command, {
        name: 'weights.import',
        input: { path, ...options } as CommandInput<'weights.import'>, // checked by the contract
        text: showImportedWeights,
        wasRefused: ({ weights }) => weights === null,
      }),
    );

  within('list', 'those that are kept').action((_options: unknown, command: Command) =>
    perform(command, { name: 'weights.list', input: {}, text: ({ weights }) => showWeights(weights) }),
  );

  within('catalogue', 'where weights are to be had; asks no network').action((_options: unknown, command: Command) =>
    perform(command, { name: 'weights.catalogue', input: {}, text: ({ rows }) => showCatalogue(rows) }),
  );

  within('download <id>', 'fetch weights of the catalogue and import them; goes on where an earlier try ended').action(
    (id: string, _options: unknown, command: Command) =>
      perform(command, {
        name: 'weights.download',
        input: { id },
        text: showImportedWeights,
        wasRefused: ({ weights }) => weights === null,
      }),
  );

  within('self-test <backbone>', 'whether weights and preprocessing fit, on photos of known ImageNet classes')
    .requiredOption(
      '--photos <folder>',
      'photos named by class, as in n01440764_tench.jpg, or in folders of such names',
    )
    .action((backbone: string, { photos }: { readonly photos: string }, command: Command) =>
      perform(command, {
        name: 'weights.self-test',
        input: { backbone, folder: resolve(photos) },
        text: showSelfTest,
        wasRefused: ({ verdict }) => verdict !== 'fits',
      }),
    );

  within('remove <id>', 'take kept weights away').action((id: string, _options: unknown, command: Command) =>
    perform(command, {
      name: 'weights.remove',
      input: { id: id.slice(id.indexOf('@') + 1) } as CommandInput<'weights.remove'>,
      text: ({ freedBytes }) => `Removed; ${(freedBytes / 1e6).toFixed(1)} MB are free again.`,
    }),
  );
}
