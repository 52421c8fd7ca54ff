import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Manifest = z.object({ version: z.string() });

/** The version of the npm package `electron`: the oldest that may be released. */
export function pinnedElectron(root: string): string {
  const path = join(root, 'node_modules', 'electron', 'package.json');
  return Manifest.parse(JSON.parse(readFileSync(path, 'utf8'))).version;
}

/** What the file `version` in an unpacked Electron says. Throws where the folder is none. */
export function versionOfElectronFolder(folder: string): string {
  const path = join(folder, 'version');
  if (!existsSync(path)) throw new Error(`${folder} holds no unpacked Electron: there is no file 'version' in it.`);
  return readFileSync(path, 'utf8').trim().replace(/^v/, '');
}

/** Whether a version is lower, by its three numbers; a pre-release counts as its number. */
export function isOlder(version: string, than: string): boolean {
  const [first, second] = [numbers(version), numbers(than)];
  for (const [index, number] of first.entries()) {
    const other = second[index] ?? 0;
    if (number !== other) return number < other;
  }
  return false;
}

function numbers(version: string): number[] {
  const match = /^(\d+)\.(\d+)\.(\d+)/.exec(version);
  if (match === null) throw new Error(`'${version}' is no version`);
  return match.slice(1).map(Number);
}
