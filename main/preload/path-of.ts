/** The path of a dropped file: by webUtils, or by File.path of Electron before 32. */
import * as electron from 'electron';

type OldFile = { readonly path?: string };

export function pathOf(file: object): string {
  if (electron.webUtils !== undefined) return electron.webUtils.getPathForFile(file as never);
  return (file as OldFile).path ?? '';
}
