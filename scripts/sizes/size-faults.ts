import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type SizeFault = { readonly severity: 'error' | 'warning'; readonly message: string };

const TOP_FOLDERS = ['main', 'shared', 'renderer', 'e2e', 'scripts'];
const SOURCE = /\.(ts|tsx|mjs)$/;
const MOST_FILE_LINES = 400;
const GOOD_FILE_LINES = 250;
const MOST_README_LINES = 15;

/** Source files that are too long, in the order of their paths. */
export function listSizeFaults(root: string): SizeFault[] {
  return TOP_FOLDERS.flatMap((folder) => listSources(root, folder)).flatMap((path): SizeFault[] => {
    const lines = countLines(readFileSync(join(root, path), 'utf8'));
    if (lines > MOST_FILE_LINES) {
      return [
        {
          severity: 'error',
          message: `${path} has ${lines} lines (at most ${MOST_FILE_LINES}): split it by idea`,
        },
      ];
    }
    if (lines <= GOOD_FILE_LINES) return [];
    return [{ severity: 'warning', message: `${path} has ${lines} lines (better below ${GOOD_FILE_LINES})` }];
  });
}

/** Second-level folders whose README.md is missing or longer than 15 lines. */
export function listFolderFaults(root: string): SizeFault[] {
  const faults: SizeFault[] = [];
  for (const top of TOP_FOLDERS) {
    for (const folder of listFolders(root, top)) {
      const path = `${top}/${folder}/README.md`;
      if (listSources(root, `${top}/${folder}`).length === 0) continue;
      if (!existsSync(join(root, path))) {
        faults.push({
          severity: 'error',
          message: `${path} is missing: what it does, what it may import, one decision`,
        });
        continue;
      }
      const lines = countLines(readFileSync(join(root, path), 'utf8'));
      if (lines > MOST_README_LINES) {
        faults.push({ severity: 'error', message: `${path} has ${lines} lines (at most ${MOST_README_LINES})` });
      }
    }
  }
  return faults;
}

/** Lines of a text; the line feed at its end opens no further line. */
export function countLines(text: string): number {
  if (text === '') return 0;
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

function listFolders(root: string, folder: string): string[] {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  const entries = readdirSync(path, { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() && entry.name !== 'node_modules' ? [entry.name] : [])).sort();
}

function listSources(root: string, folder: string): string[] {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  const entries = readdirSync(path, { withFileTypes: true }).sort((left, right) => (left.name < right.name ? -1 : 1));
  return entries.flatMap((entry) => {
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : listSources(root, `${folder}/${entry.name}`);
    return entry.isFile() && SOURCE.test(entry.name) ? [`${folder}/${entry.name}`] : [];
  });
}
