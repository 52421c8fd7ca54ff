import { ClassName, type SplitSide } from '../../shared/domain/ids.ts';

const SIDES: Readonly<Record<string, SplitSide>> = {
  train: 'train',
  val: 'val',
  valid: 'val',
  validation: 'val',
  test: 'test',
};

export type FolderLabel =
  | { readonly ok: true; readonly className: ClassName | null; readonly side: SplitSide | null }
  | { readonly ok: false; readonly reason: string };

/**
 * The class, and where asked the side of the split, from the names of the folders between root and file.
 *
 * The first folder names the class; with splitFromFolders a first folder train, val, valid, validation or test names the side and
 * the second one the class. Names are brought to NFC so that one class typed on two systems is one class.
 */
export function labelFromFolders(folders: readonly string[], splitFromFolders: boolean): FolderLabel {
  const first = folders[0]?.toLowerCase() ?? '';
  const side = splitFromFolders && Object.hasOwn(SIDES, first) ? SIDES[first]! : null;
  const name = folders[side === null ? 0 : 1];
  if (name === undefined) return { ok: true, className: null, side };
  const parsed = ClassName.safeParse(name.normalize('NFC'));
  if (parsed.success) return { ok: true, className: parsed.data, side };
  const reason = `the folder name ${JSON.stringify(name.slice(0, 100))} cannot be a class name (1 to 80 printable characters)`;
  return { ok: false, reason };
}
