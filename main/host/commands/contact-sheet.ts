import { resolve } from 'node:path';
import type { ColourAxes } from '../../../shared/contract/augmenting.ts';
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { createImagingPool, type ImagingPool } from '../../imaging/pool.ts';
import { expectAnswer } from '../expect-result.ts';
import { resizeShortSideOf } from './augment-preview.ts';

type Means = {
  readonly signal: AbortSignal;
  readonly pool: ImagingPool | null; // null: without a project; one is started for this
  readonly colourAxes: () => Promise<ColourAxes>;
};

/** Writes a contact sheet of a photo file. Throws what reading, decoding and writing say. */
export async function writeSheet(
  input: CommandInput<'augment.sheet'>,
  { signal, pool, colourAxes }: Means,
): Promise<CommandOutput<'augment.sheet'>> {
  const { policy, seed, count, cropSize } = input;
  const isOnOwnAxes = policy.pcaColour.probability > 0 && policy.pcaColour.source === 'training-photos';
  const file = resolve(input.output);
  const request = {
    kind: 'sheet' as const,
    path: resolve(input.path),
    file,
    policy,
    seed,
    count,
    cropSize,
    resizeShortSide: resizeShortSideOf(cropSize),
    colourAxes: isOnOwnAxes ? await colourAxes() : null,
  };
  const worker = pool ?? createImagingPool({ processes: 1 });
  try {
    return { path: file, ...expectAnswer(await worker.ask(request, { signal, isUrgent: true })) };
  } finally {
    if (pool === null) await worker.close();
  }
}
