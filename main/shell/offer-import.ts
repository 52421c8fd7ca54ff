/** A folder that is no project, given to a start or dropped on the icon: its photos can be taken into a project. */
import { basename } from 'node:path';
import type { BrowserWindow } from 'electron';
import type { Failure, Result } from '../../shared/contract/errors.ts';
import { askAboutFolder } from './dialogs.ts';
import type { Texts } from './texts.ts';

export type OfferParts = {
  readonly window: BrowserWindow | null;
  readonly texts: Texts;
  readonly isOpen: boolean; // a project that could take them
  /** Opens or makes a project of this name; false: the person thought better of it, or it could not be opened. */
  readonly openNamed: (name: string) => Promise<boolean>;
  readonly importFrom: (folder: string) => Promise<Result<unknown>>;
  readonly onFailure: (failure: Failure) => void;
};

/** Asks, and does as if the folder had been dropped on the window. The folder itself stays as it is. */
export async function offerImport(folder: string, parts: OfferParts): Promise<void> {
  const name = basename(folder);
  const wish = await askAboutFolder(parts.window, parts.texts, { name, isOpen: parts.isOpen });
  if (wish === 'nothing') return;
  if (wish === 'import-into-new' && !(await parts.openNamed(name))) return;
  const started = await parts.importFrom(folder);
  if (!started.ok) parts.onFailure(started.failure);
}
