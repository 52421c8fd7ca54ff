/** The Python packages that peers need, in a virtual environment in the user's cache folder: made once, pinned. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const INSTALL_LIMIT_MS = 30 * 60 * 1000; // PyTorch from the registry brings 3 GB with it on Linux
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Requirements files of this folder, each an environment of its own: TensorFlow's and PyTorch's pins clash. */
export type PeerRequirements =
  | 'requirements.txt'
  | 'requirements-keras.txt'
  | 'requirements-augmentation.txt'
  | 'requirements-images.txt'
  | 'requirements-ray.txt';

/** The environment's Python, made at the first call; null, with a loud line, where it cannot be made. */
export function findPeerPython(file: PeerRequirements = 'requirements.txt'): string | null {
  const requirements = join(here, file);
  const pins = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = join(cacheFolder(), `bench-peers-${pins}`);
  const python = process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
  const stamp = join(folder, 'complete'); // written last
  if (existsSync(stamp) && existsSync(python)) return python;
  console.log(
    `Making the Python environment of the peers in ${folder} (${file}; about 6 GB with PyTorch, 2 GB with TensorFlow) ...`,
  );
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const why =
    failureOf(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', folder]) ??
    failureOf(python, ['-m', 'pip', 'install', '--quiet', '--only-binary=:all:', '-r', requirements]);
  if (why === null) {
    writeFileSync(stamp, '');
    return python;
  }
  rmSync(folder, { recursive: true, force: true });
  console.warn(`LEFT OUT: all that is measured against Python peers, their environment could not be made: ${why}`);
  return null;
}

/** Runs a script of this folder to its end and gives what it printed; throws with what it said on standard error. */
export function runPeer(python: string, script: string, args: readonly string[]): string {
  const done = runCommand(python, [join(here, script), ...args]);
  if (done.failure !== null) throw new Error(`The peer ${script} failed: ${done.failure}`);
  return done.stdout;
}

function failureOf(command: string, args: readonly string[]): string | null {
  return runCommand(command, args).failure;
}

function runCommand(
  command: string,
  args: readonly string[],
): { readonly stdout: string; readonly failure: string | null } {
  const options = { encoding: 'utf8', timeout: INSTALL_LIMIT_MS, maxBuffer: MAX_OUTPUT_BYTES } as const;
  const done = spawnSync(command, args, { ...options, env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } });
  if (done.error !== undefined) return { stdout: '', failure: done.error.message };
  return { stdout: done.stdout, failure: done.status === 0 ? null : done.stderr.trim().slice(-1000) };
}

/** As scripts/bootstrap keeps it. */
function cacheFolder(): string {
  if (process.env.XDG_CACHE_HOME) return join(process.env.XDG_CACHE_HOME, 'thaw');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'thaw');
  if (process.platform === 'win32') return join(process.env.LOCALAPPDATA ?? homedir(), 'thaw', 'cache');
  return join(homedir(), '.cache', 'thaw');
}
