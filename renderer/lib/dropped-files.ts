/** Dropped files as paths that the host can read: their own in the desktop app, those of an upload in a browser. */
import { findShell } from './client/connection.ts';
import { FailureError } from './client/failure-error.ts';
import { type UploadFile, uploadFiles } from './upload.ts';

const MOST_FILES = 20_000;

type OnReceived = (received: { readonly done: number; readonly total: number }) => void;

/** Paths of what a drop holds; folders are walked by the host, in a browser here. */
export async function pathsOfDrop(transfer: DataTransfer, onReceived: OnReceived): Promise<readonly string[]> {
  const shell = findShell();
  if (shell !== null) return [...transfer.files].map((file) => shell.pathOf(file)).filter((path) => path !== '');
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()); // before the first await: the drop is then over
  const loose = [...transfer.files];
  const files: UploadFile[] = [];
  for (const [at, entry] of entries.entries()) {
    if (entry !== null) await collect(entry, '', files);
    else if (loose[at] !== undefined) files.push({ name: loose[at].name, file: loose[at] });
  }
  return uploadFiles(files, onReceived);
}

async function collect(entry: FileSystemEntry, folder: string, files: UploadFile[]): Promise<void> {
  if (files.length >= MOST_FILES) {
    const message = `More than ${MOST_FILES} files in one drop. Drop fewer, or start Thaw with 'thaw import FOLDER'.`;
    throw new FailureError({ code: 'INVALID_INPUT', message });
  }
  const name = `${folder}${entry.name}`;
  if (entry.isFile) files.push({ name, file: await fileOf(entry as FileSystemFileEntry) });
  else for (const child of await childrenOf(entry as FileSystemDirectoryEntry)) await collect(child, `${name}/`, files);
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject));

async function childrenOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject)); // at most 100 a time
    if (some.length === 0) return children;
    children.push(...some);
  }
}
