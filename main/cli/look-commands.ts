/** `thaw look`: where a run looks in photos, and whether its answers hang on it. */
import type { Command } from 'commander';
import type { Client, CommandInput, CommandOutput } from '../../shared/contract/commands.ts';
import { AppError } from '../../shared/contract/errors.ts';
import { MOST_LOOKED_AT } from '../../shared/contract/looking.ts';
import type { RunId, Sha256, SplitSide } from '../../shared/domain/ids.ts';
import { LookVerdict } from '../../shared/domain/looking.ts';
import { wilsonInterval } from '../../shared/math/statistics.ts';
import { formatPercent, printable, table } from './output.ts';
import { type Define, perform } from './perform.ts';
import { findPhotos } from './photo-commands.ts';

type Looked = CommandOutput<'runs.look'>;
type Options = { readonly run: string; readonly stage?: string; readonly target?: string; readonly split?: SplitSide };

const sentences: Readonly<Record<LookVerdict, string>> = {
  region: 'the hot region decides',
  background: 'the background decides',
  either: 'each part alone is enough',
  together: 'it needs both parts',
};

export function defineLookCommand(define: Define): void {
  define('look', 'where a run looks in photos, and whether its answers hang on it')
    .argument('[photos...]', 'file names or ids; none: those of a side')
    .requiredOption('--run <id>', 'the run')
    .option('--split <side>', 'val unless told; test counts as a look', 'val')
    .option('--stage <id>', 'of the network; the last one that has places unless told')
    .option('--target <class>', 'class to look for; what the run answers unless told')
    .action((names: readonly string[], options: Options, self: Command) =>
      perform(self, {
        name: 'runs.look',
        input: async (client) => {
          const imageIds = names.length > 0 ? await findPhotos(client, names) : await sidePhotos(client, options);
          const { run: runId, stage = null, target = null } = options;
          return { runId, imageIds, stage, target } as CommandInput<'runs.look'>; // checked by the contract
        },
        text: showLook,
      }),
    );
}

async function sidePhotos(client: Client, { run, split = 'val' }: Options): Promise<readonly Sha256[]> {
  const answers = await client.call('runs.answers', { runId: run as RunId, split, views: 'centre' });
  if (!answers.ok) throw new AppError(answers.failure.code, answers.failure.message);
  return answers.value.answers.map(({ imageId }) => imageId).slice(0, MOST_LOOKED_AT);
}

/** A line a photo, and how often what decides. */
export function showLook({ classes, stage, device, photos, skipped }: Looked): string {
  const name = (index: number): string => printable(classes[index] ?? '?');
  const rows = photos.map(({ imageId, whole, target, hotShare, withoutHot, withoutRest, verdict }) => [
    ...[imageId.slice(0, 12), name(whole.answer), name(target), formatPercent(whole.probability)],
    ...[formatPercent(hotShare), `${formatPercent(withoutHot.probability)} ${name(withoutHot.answer)}`],
    ...[`${formatPercent(withoutRest.probability)} ${name(withoutRest.answer)}`, sentences[verdict]],
  ]);
  const header = ['photo', 'answer', 'looks for', 'sure', 'hot area', 'hot blurred', 'rest blurred', ''];
  const counts = LookVerdict.options.flatMap((verdict) => {
    const count = photos.filter((photo) => photo.verdict === verdict).length;
    const [low, high] = wilsonInterval(count, photos.length);
    const interval = `95 %: ${formatPercent(low)} to ${formatPercent(high)}`;
    return count === 0 ? [] : [`${sentences[verdict]}: ${count} of ${photos.length} photos (${interval})`];
  });
  const left = skipped.map(({ imageId, failure }) => `left out ${imageId.slice(0, 12)}: ${printable(failure.message)}`);
  return [table([header, ...rows]), '', `at ${stage}, on ${device}`, ...counts, ...left].join('\n');
}
