/**
 * Sets up a fresh clone: npm packages, the pinned Node, the TensorFlow library and its addon. Under 0.2 s when all is there.
 *
 *   node scripts/bootstrap.mjs [--gpu | --cpu] [--retry] [--run script.ts arguments...]
 *
 * --gpu, --cpu: which TensorFlow; kept until asked otherwise. --retry: try a failed download again at once.
 * --run: afterwards run a script on the pinned Node, with the rest as its arguments and its exit code as the result.
 * (A shell that has looked up `node` once keeps the old one, so `bootstrap && node x.ts` would start on the wrong Node.)
 *
 * Runs on Node 18 or newer, which is why this and bootstrap/ are plain JavaScript without packages.
 * Writes to standard error only. Exit code 0 without TensorFlow too; 1 where the npm packages cannot be installed.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBackend, isBackendReady } from './bootstrap/backend.mjs';
import { cacheFolder } from './bootstrap/cache-folder.mjs';
import { withLock } from './bootstrap/lock.mjs';
import { arePackagesFresh, ensurePackages, pinnedNode } from './bootstrap/node-packages.mjs';
import { note } from './bootstrap/note.mjs';
import { parseArguments } from './bootstrap/parse-arguments.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

try {
  const options = parseArguments(process.argv.slice(2));
  await setUp(options);
  if (options.command.length > 0) runScript(options.command);
} catch (error) {
  note(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

/** @param {import('./bootstrap/parse-arguments.mjs').Options} options */
async function setUp({ asked, isForced }) {
  const cache = cacheFolder();
  if (arePackagesFresh(root) && isBackendReady(root, cache, asked)) return;
  const checkout = createHash('sha256').update(root).digest('hex').slice(0, 16);
  await withLock(join(tmpdir(), `thaw-bootstrap-${userInfo().username}-${checkout}.lock`), async () => {
    await ensurePackages(root);
    if (!isBackendReady(root, cache, asked)) await ensureBackend(root, cache, { asked, isForced, nowMs: Date.now() });
  });
}

/** @param {readonly string[]} command */
function runScript(command) {
  const compiled = join(cacheFolder(), 'compiled'); // sources as the engine of Node compiled them: starts take half the time
  const env = /^(?:main|e2e\/bench)\//.test(command[0] ?? '')
    ? { NODE_COMPILE_CACHE: compiled, ...process.env }
    : process.env;
  const child = spawn(pinnedNode(root), command, { stdio: 'inherit', env });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    note(`${pinnedNode(root)} does not start: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('close', (code) => {
    process.exitCode = code ?? 1;
  });
}
