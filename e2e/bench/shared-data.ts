/** The test pictures beside the checkout; benches that need them say loudly when they are missing. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const sharedFolder = process.env.THAW_SHARED ?? fileURLToPath(new URL('../../../shared', import.meta.url));

/** A folder of test pictures; null, with a loud line, where it is not there. */
export function findTestPictures(name: string): string | null {
  const folder = join(sharedFolder, 'data', name);
  if (existsSync(folder)) return folder;
  console.warn(
    `LEFT OUT: the bench on ${name}, its pictures are not beside this checkout (THAW_SHARED may name them).`,
  );
  return null;
}
