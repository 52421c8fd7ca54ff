import { existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findJson, sha256Text, writeAtomically } from './files.mjs';
import { note } from './note.mjs';
import { runCommand } from './run-command.mjs';

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, link?: boolean }} LockedPackage */

/**
 * The Node of the npm package `node`, which runs everything after the bootstrap.
 * @param {string} root
 * @returns {string}
 */
export function pinnedNode(root) {
  return join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/**
 * True where node_modules was made from the package-lock.json that lies there now, and Node is in it.
 * @param {string} root
 * @returns {boolean}
 */
export function arePackagesFresh(root) {
  const stamp = /** @type {{ lockSha256?: string } | undefined} */ (findJson(stampPath(root)));
  if (stamp?.lockSha256 !== sha256Text(join(root, 'package-lock.json'))) return false;
  return statSync(pinnedNode(root), { throwIfNoEntry: false })?.isFile() === true;
}

/**
 * Installs what package-lock.json says, without install scripts, then lets the package `node` alone run its own.
 * @param {string} root
 * @throws {Error} nothing can go on without the packages
 */
export async function ensurePackages(root) {
  if (arePackagesFresh(root)) return;
  const lockPath = join(root, 'package-lock.json');
  if (!isInstalled(findJson(lockPath), findJson(join(root, 'node_modules', '.package-lock.json')))) {
    note('installing the npm packages (npm ci)');
    await npm(root, ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
  }
  if (!existsSync(pinnedNode(root))) {
    note('installing the pinned Node');
    await npm(root, ['rebuild', 'node', '--ignore-scripts=false']);
    if (!existsSync(pinnedNode(root))) throw new Error(`npm rebuild node left no ${pinnedNode(root)}`);
  }
  writeAtomically(stampPath(root), `${JSON.stringify({ lockSha256: sha256Text(lockPath) })}\n`);
}

/**
 * True where npm's own record of node_modules holds every package of the lock at the same version; an optional
 * package may be absent (it is for another platform).
 * @param {unknown} lock package-lock.json
 * @param {unknown} installed node_modules/.package-lock.json
 * @returns {boolean}
 */
export function isInstalled(lock, installed) {
  const wanted = packagesOf(lock);
  const present = packagesOf(installed);
  if (wanted === undefined || present === undefined) return false;
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue;
    const found = present[path];
    if (found === undefined && entry.optional === true) continue;
    if (found === undefined || found.version !== entry.version || found.integrity !== entry.integrity) return false;
  }
  return Object.keys(present).every((path) => wanted[path] !== undefined);
}

/**
 * @param {string} root
 * @returns {string}
 */
function stampPath(root) {
  return join(root, 'node_modules', '.thaw-stamp');
}

/**
 * @param {unknown} lock
 * @returns {Record<string, LockedPackage> | undefined}
 */
function packagesOf(lock) {
  return /** @type {{ packages?: Record<string, LockedPackage> } | undefined} */ (lock)?.packages;
}

/**
 * @param {string} root
 * @param {readonly string[]} args
 */
async function npm(root, args) {
  const isWindows = process.platform === 'win32';
  const bin = join(root, 'node_modules', '.bin');
  // npm must not run on the very Node that it is about to replace
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== bin)
    .join(delimiter);
  const env = { ...process.env, PATH: path, ONNXRUNTIME_NODE_INSTALL: 'skip' };
  const run = await runCommand(isWindows ? 'npm.cmd' : 'npm', args, { cwd: root, env, shell: isWindows });
  if (run.code === 0) return;
  throw new Error(
    `\`npm ${args.join(' ')}\` failed with exit code ${run.code}:\n${npmErrors(run.output)}\n` +
      'Nothing can run without the npm packages. Check the network and `npm config get registry`, then try again.',
  );
}

/**
 * npm's reason, without its warnings and its help.
 * @param {string} output
 * @returns {string}
 */
function npmErrors(output) {
  const lines = output.split('\n').filter((line) => line.startsWith('npm error'));
  return lines.length === 0 ? output : lines.slice(0, 12).join('\n');
}
