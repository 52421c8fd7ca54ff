/**
 * `npm run build`: builds what the window needs. With --if-stale nothing is done where the sources did not change.
 */
import { fileURLToPath } from 'node:url';
import { buildApp } from './building/build-app.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const isForced = !process.argv.includes('--if-stale');
const startedMs = performance.now();
if (await buildApp(root, { isForced })) {
  process.stderr.write(`build: done in ${((performance.now() - startedMs) / 1000).toFixed(1)} s\n`);
}
