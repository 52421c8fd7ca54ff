/** Parts of a project on the disk, and whether cleaning one would free anything. */
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';

export type Part = CommandOutput<'storage.summary'>['parts'][number];
export type Cleanable = CommandInput<'storage.clean'>['part'];

const KEPT_FILES: Readonly<Record<Cleanable, number>> = { features: 0, previews: 0, 'deleted-runs': 0, backups: 1 };

export function isCleanablePart(part: Part['part']): part is Cleanable {
  return Object.hasOwn(KEPT_FILES, part);
}

/** Whether there is more than what cleaning keeps: the newest backup stays. */
export function isWorthCleaning({ part, files }: Pick<Part, 'part' | 'files'>): boolean {
  return isCleanablePart(part) && files > KEPT_FILES[part];
}
