/** `thaw passport` and `thaw reproduce`. */
import type { Command } from 'commander';
import type { CommandInput, CommandOutput } from '../../shared/contract/commands.ts';
import { Language } from '../../shared/domain/language.ts';
import { oneOf } from './options.ts';
import { printable } from './output.ts';
import { type Define, perform } from './perform.ts';

export function definePassportCommands(define: Define): void {
  define('passport', 'a run as one HTML file: data, settings, figures, errors, limits, hashes')
    .requiredOption('--run <id>', 'the run')
    .requiredOption('--output <file>', 'an .html file')
    .option('--language <name>', Language.options.join(' or '), oneOf(Language), 'en')
    .action((options: { run: string; output: string; language: Language }, command: Command) => {
      const { run, output, language } = options;
      const input = { runId: run, output, language } as CommandInput<'runs.passport'>; // checked by the contract
      return perform(command, {
        name: 'runs.passport',
        input,
        text: ({ path }) => `written to ${printable(path ?? '')}`,
      });
    });

  define('reproduce', 'train a run again and compare the weights bit for bit')
    .argument('[passport]', 'the file of a passport')
    .option('--run <id>', 'or a run of this project')
    .action((passport: string | undefined, { run }: { run?: string }, command: Command) => {
      const input = (
        run === undefined ? { passport: passport ?? '' } : { runId: run }
      ) as CommandInput<'runs.reproduce'>;
      return perform(command, {
        ...{ name: 'runs.reproduce', input, text: showReproduction },
        wasRefused: ({ isSame }) => !isSame,
      });
    });
}

function showReproduction({
  originalRunId,
  runId,
  expected,
  found,
  isSame,
  differences,
}: CommandOutput<'runs.reproduce'>): string {
  if (isSame) return `the same: ${runId} has the weights of ${originalRunId}, bit for bit (SHA-256 ${found})`;
  const why = differences.map(
    ({ name, before, after }) => `  ${name}: then ${printable(before)}, now ${printable(after)}`,
  );
  return [
    `NOT the same: ${originalRunId} has ${expected}, ${runId} has ${found}`,
    ...(why.length === 0 ? ['  nothing else that is recorded differs'] : why),
  ].join('\n');
}
