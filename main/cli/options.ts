/** Parsers of the command line's options: what does not fit is refused as wrong usage. */
import { InvalidArgumentError, Option } from 'commander';
import { AugmentationPolicy } from '../../shared/domain/augmentation.ts';
import { Recipe } from '../../shared/domain/recipe.ts';
import { ViewSet, viewSetHelp } from '../../shared/domain/view-set.ts';

export function integer(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError('Give a whole number, 0 or more.');
  return value;
}

export function portNumber(text: string): number {
  const port = integer(text);
  if (port > 65_535) throw new InvalidArgumentError('Give a port from 0 to 65535; 0 takes one that is free.');
  return port;
}

/** The text as one of the recipe's numbers of epochs. */
export function epochCount(text: string): number {
  const parsed = Recipe.shape.epochs.safeParse(integer(text));
  if (!parsed.success) throw new InvalidArgumentError('Give a whole number from 1 to 500.');
  return parsed.data;
}

/** The text as a number of stored views. */
export function viewCount(text: string): number {
  const parsed = AugmentationPolicy.shape.cachedViews.safeParse(integer(text));
  if (!parsed.success) throw new InvalidArgumentError('Give a whole number from 1 to 64.');
  return parsed.data;
}

/** The text as a set of crops. */
export function viewSet(text: string): ViewSet {
  const parsed = ViewSet.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError(`Give ${viewSetHelp}.`);
  return parsed.data;
}

/** Checkpoints are written once a minute; tests want them more often. */
export function checkpointOption(): Option {
  return new Option('--checkpoint-steps <number>', 'a checkpoint every so many steps').argParser(integer).hideHelp();
}

export function oneOf<T extends string>(choices: { readonly options: readonly T[] }): (text: string) => T {
  return (text) => {
    const found = choices.options.find((option) => option === text);
    if (found === undefined) throw new InvalidArgumentError(`Give one of ${choices.options.join(', ')}.`);
    return found;
  };
}

/** A share from 0 to 1, in percent. */
export function percentOfShare(text: string): number {
  const share = Number(text);
  if (text.trim() === '' || !(share >= 0 && share <= 1)) throw new InvalidArgumentError('Give a number from 0 to 1.');
  return 100 * share;
}
