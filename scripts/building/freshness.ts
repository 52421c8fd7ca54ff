/** Says whether what was built is of the sources that lie there now, by names, sizes and times: about 20 ms. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const SOURCES = [
  'main/shell',
  'main/preload',
  'shared',
  'renderer',
  'scripts/building',
  'resources/icons',
  'vite.config.ts',
  'package.json',
  'package-lock.json',
];
const NO_SOURCE = /(^|\/)(dist|node_modules)(\/|$)|\.test\.tsx?$|\.md$/;

const stampPath = (root: string): string => join(root, 'dist', 'built.json');

/** A hash over the path, size and time of every source file. */
export function sourcesFingerprint(root: string): string {
  const hash = createHash('sha256');
  for (const path of SOURCES.flatMap((source) => listFiles(root, source)).sort()) {
    const { size, mtimeMs } = statSync(join(root, path));
    hash.update(`${path}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

export function isFresh(root: string): boolean {
  const outputs = ['dist/shell/main.cjs', 'dist/preload/preload.cjs', 'renderer/dist/index.html', 'dist/icons/256.png'];
  if (!outputs.every((output) => existsSync(join(root, output)))) return false;
  if (!existsSync(stampPath(root))) return false;
  return readFileSync(stampPath(root), 'utf8') === sourcesFingerprint(root);
}

/** fingerprint: taken before the build, so that what was edited during it counts as stale. */
export function markBuilt(root: string, fingerprint: string): void {
  mkdirSync(dirname(stampPath(root)), { recursive: true });
  writeFileSync(stampPath(root), fingerprint);
}

function listFiles(root: string, path: string): string[] {
  if (NO_SOURCE.test(path) || !existsSync(join(root, path))) return [];
  if (!statSync(join(root, path)).isDirectory()) return [path];
  return readdirSync(join(root, path)).flatMap((name) => listFiles(root, `${path}/${name}`));
}
