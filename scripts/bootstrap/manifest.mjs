import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { findJson, sha256File, writeAtomically } from './files.mjs';

const FILE_NAME = 'manifest.json';
const FORMAT = 1;

/** @typedef {{ path: string, bytes: number, sha256: string }} ManifestFile */
/** @typedef {{ format: number, name: string, files: ManifestFile[] }} Manifest */

/**
 * Lists every regular file of a folder in a manifest, written last: a folder without one is not finished.
 * @param {string} folder
 * @param {string} name
 */
export async function writeManifest(folder, name) {
  const files = [];
  for (const path of listFiles(folder)) {
    const absolute = join(folder, path);
    files.push({ path, bytes: statSync(absolute).size, sha256: await sha256File(absolute) });
  }
  writeAtomically(join(folder, FILE_NAME), `${JSON.stringify({ format: FORMAT, name, files }, null, 1)}\n`);
}

/**
 * Says what is wrong with a cached folder by sizes alone (under 1 ms a hundred files); undefined: nothing.
 * @param {string} folder
 * @returns {string | undefined}
 */
export function findSizeFault(folder) {
  const manifest = findManifest(folder);
  if (manifest === undefined) return `${join(folder, FILE_NAME)} is missing or damaged`;
  for (const file of manifest.files) {
    const found = statSync(join(folder, file.path), { throwIfNoEntry: false });
    if (found === undefined) return `${file.path} is missing`;
    if (found.size !== file.bytes) return `${file.path} has ${found.size} bytes instead of ${file.bytes}`;
  }
  return undefined;
}

/**
 * As {@link findSizeFault}, and compares every sha256 too: seconds for a library of 600 MB.
 * @param {string} folder
 * @returns {Promise<string | undefined>}
 */
export async function findContentFault(folder) {
  const sizeFault = findSizeFault(folder);
  if (sizeFault !== undefined) return sizeFault;
  for (const file of findManifest(folder)?.files ?? []) {
    if ((await sha256File(join(folder, file.path))) !== file.sha256) return `${file.path} has another sha256`;
  }
  return undefined;
}

/**
 * @param {string} folder
 * @returns {Manifest | undefined}
 */
export function findManifest(folder) {
  const found = /** @type {Partial<Manifest> | undefined} */ (findJson(join(folder, FILE_NAME)));
  if (found?.format !== FORMAT || typeof found.name !== 'string' || !Array.isArray(found.files)) return undefined;
  if (found.files.length === 0 || !found.files.every(isManifestFile)) return undefined;
  return /** @type {Manifest} */ (found);
}

/**
 * @param {unknown} value
 * @returns {boolean}
 */
function isManifestFile(value) {
  const file = /** @type {Partial<ManifestFile> | null} */ (value);
  return typeof file?.path === 'string' && typeof file.bytes === 'number' && typeof file.sha256 === 'string';
}

/**
 * Relative paths with '/', sorted; links are not followed and not listed.
 * @param {string} folder
 * @param {string} below
 * @returns {string[]}
 */
function listFiles(folder, below = '') {
  const paths = [];
  for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) paths.push(...listFiles(folder, path));
    else if (entry.isFile() && path !== FILE_NAME) paths.push(path);
  }
  return paths.sort();
}
