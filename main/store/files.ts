import { closeSync, fsyncSync, openSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';

/** Waits until a file's or folder's content is on the disk; folders cannot be synced on Windows, so they are not. */
export function syncToDisk(target: string): void {
  const isFolder = statSync(target).isDirectory();
  if (isFolder && process.platform === 'win32') return;
  const descriptor = openSync(target, isFolder ? 'r' : 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Renames a finished file into its place and makes the rename durable. */
export function renameDurably(from: string, to: string): void {
  renameSync(from, to);
  syncToDisk(path.dirname(to));
}

/** A time as part of a file name, sortable: 2026-11-24T10-32-32-000Z. */
export function fileStamp(time: Date): string {
  return time.toISOString().replaceAll(/[:.]/g, '-');
}
