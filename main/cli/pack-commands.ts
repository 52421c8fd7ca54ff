/** `thaw pack` and `thaw unpack`. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { CommandInput } from '../../shared/contract/commands.ts';
import { formatBytes, printable } from './output.ts';
import { type Define, perform } from './perform.ts';

type PackOptions = { readonly output: string; readonly runs?: readonly string[]; readonly photos: boolean };

export function definePackCommands(define: Define): void {
  define('pack', 'photos and finished runs as one file, for another machine or another person')
    .requiredOption('--output <file>', 'the pack to write')
    .option('--runs <ids...>', 'these runs only; without it all that are finished')
    .option('--no-photos', 'runs without photos')
    .action(({ output, runs, photos }: PackOptions, command: Command) =>
      perform(command, {
        name: 'project.pack',
        input: { output: resolve(output), photos, runs: runs ?? 'all' } as CommandInput<'project.pack'>, // checked by the contract
        text: ({ path, packId, bytes, ...counts }) =>
          `${path}: ${counts.photos} photos, ${counts.runs} runs, ${formatBytes(bytes)}; pack ${packId.slice(0, 12)}`,
      }),
    );

  define('unpack <file>', 'take the photos and runs of a pack in; makes the project where there is none').action(
    (file: string, _options: unknown, command: Command) =>
      perform(command, {
        name: 'project.unpack',
        create: true,
        given: [file],
        input: { path: resolve(file) },
        text: ({ name, photos, runs }) =>
          [
            `From ${printable(name)}: ${photos.added} photos and ${runs.added} runs are new here`,
            `${photos.known} photos and ${runs.known} runs were here already; ${photos.conflicts} have another label or side here, which stays`,
          ].join('\n'),
      }),
  );
}
