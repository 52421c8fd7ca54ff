import type { augmentingCommands } from '../../../shared/contract/augmenting.ts';
import { previewAugmentation } from '../commands/augment-preview.ts';
import { createAxesSource } from '../commands/colour-axes.ts';
import { writeSheet } from '../commands/contact-sheet.ts';
import type { Handlers } from '../dispatch.ts';
import type { HandlerParts } from './parts.ts';

export function createAugmentingHandlers({
  open,
  hasProject,
}: HandlerParts): Pick<Handlers, keyof typeof augmentingCommands> {
  const axes = createAxesSource();
  let latest = new AbortController();
  return {
    /** A slider asks faster than pictures are made: a newer call ends what an older one still waits for. */
    'augment.preview': async (input, context) => {
      latest.abort();
      latest = new AbortController();
      const signal = AbortSignal.any([latest.signal, context.signal]);
      const colourAxes = () => axes.read(open(), 'training-photos', signal);
      return await previewAugmentation(open(), input, { signal, colourAxes });
    },
    'augment.sheet': async (input, context) =>
      await writeSheet(input, {
        signal: context.signal,
        pool: hasProject ? open().imaging() : null,
        colourAxes: () => axes.read(open(), 'training-photos', context.signal),
      }),
    'augment.axes': async (input, context) => axes.read(open(), input.source, context.signal),
  };
}
