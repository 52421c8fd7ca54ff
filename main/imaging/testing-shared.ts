import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A folder of the shared test data beside the repository (or at THAW_SHARED); null, said aloud, where it is missing. For tests. */
export function findSharedFolder(...names: readonly string[]): string | null {
  const beside = fileURLToPath(new URL('../../../shared/', import.meta.url));
  const folder = join(process.env.THAW_SHARED ?? beside, ...names);
  if (existsSync(folder)) return folder;
  console.warn(`LEFT OUT: tests that need shared/${names.join('/')}; set THAW_SHARED to the folder that holds it`);
  return null;
}
