/** The file that a double click on a project opens: `<name>.thaw` inside its folder. */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectName } from './recent-projects.ts';

const TEXT = 'A Thaw project. Double-click to open it; the project is the folder that this file lies in.\n';

/** Makes one where none is. A folder that cannot be written goes without. */
export async function ensureMarker(folder: string): Promise<void> {
  try {
    const names = await readdir(folder);
    if (names.some((name) => name.toLowerCase().endsWith('.thaw'))) return;
    await writeFile(join(folder, `${projectName(folder)}.thaw`), TEXT, { flag: 'wx' });
  } catch (error) {
    process.stderr.write(`thaw: ${folder} gets no file to double-click: ${String(error)}\n`);
  }
}
