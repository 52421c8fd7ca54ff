/** Choosing photos in a dialog: the shell's, or a browser's own with an upload after it. */

import { findShell } from './client/connection.ts';
import { failureOf } from './client/failure-error.ts';
import { dropTargets } from './drop-target.ts';
import { notifyFailure } from './notify.tsx';
import { uploadFiles } from './upload.ts';

type OnPaths = (paths: readonly string[]) => void;

/** Asks for files or a folder and imports what was chosen, as a drop would. */
export function addPhotos(kind: 'files' | 'folder'): void {
  const importing = dropTargets.getState().targets[0]; // the shell's own
  choosePhotos(kind, (paths) => importing?.onPaths(paths));
}

/** Asks for files or a folder; tells the paths as the host reads them, nothing where the person changed their mind. */
export function choosePhotos(kind: 'files' | 'folder', onPaths: OnPaths): void {
  const take: OnPaths = (paths) => {
    if (paths.length > 0) onPaths(paths);
  };
  const shell = findShell();
  if (shell !== null) void shell.pickPhotos(kind).then(take);
  else chooseInBrowser(kind, take);
}

function chooseInBrowser(kind: 'files' | 'folder', take: OnPaths): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.webkitdirectory = kind === 'folder';
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])].map((file) => ({
      name: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath,
      file,
    }));
    uploadFiles(files, () => {})
      .then(take)
      .catch((error: unknown) => notifyFailure(failureOf(error)));
  });
  input.click();
}
