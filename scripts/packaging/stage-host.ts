/**
 * Lays out what the packaged app runs outside Electron, in dist/host: sources, npm packages, Node, TensorFlow, resources.
 *
 * Sources stay TypeScript: the Node that comes along strips types, though not below a folder named node_modules.
 */
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { tfjsPackage } from '../bootstrap/addon.mjs';
import { productionPackages } from '../building/production-packages.ts';
import { UNUSED_PACKAGES } from '../building/unused-packages.ts';
import { isNeededOfPackage, isNeededOfSources, type Target } from './host-files.ts';

export type Staged = { readonly folder: string; readonly hasTensorFlow: boolean };

/** Makes dist/host anew. The packages, Node and TensorFlow are those of this machine: target says which that is. */
export function stageHost(root: string, target: Target): Staged {
  const folder = join(root, 'dist', 'host');
  rmSync(folder, { recursive: true, force: true });
  for (const part of ['main', 'shared']) copyTree(join(root, part), join(folder, part), isNeededOfSources);
  copyTree(join(root, 'resources', 'backbones'), join(folder, 'resources', 'backbones'), () => true);
  copyTree(join(root, 'resources', 'imagenet'), join(folder, 'resources', 'imagenet'), () => true);
  copyTree(join(root, 'resources', 'sample'), join(folder, 'resources', 'sample'), () => true);
  copyTree(join(root, 'resources', 'export'), join(folder, 'resources', 'export'), () => true);
  writeManifest(root, folder);
  for (const path of productionPackages(root, UNUSED_PACKAGES)) copyPackage(root, folder, path, target);
  placeNode(root, folder, target);
  return { folder, hasTensorFlow: placeTensorFlow(root, folder) };
}

/** The packages of the host have to be found beside its sources, and `type: module` makes them modules. */
function writeManifest(root: string, folder: string): void {
  const own = z.object({ name: z.string(), version: z.string() });
  const { name, version } = own.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version, type: 'module', private: true }));
}

function copyPackage(root: string, folder: string, path: string, target: Target): void {
  const source = join(root, path);
  if (path === 'node_modules/node' || /^node_modules\/node-(bin-)?/.test(path) || !existsSync(source)) return; // Node comes as a program
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  copyTree(source, join(folder, path), (file) => isNeededOfPackage(name, file, target));
}

/** Nested packages are entries of the lock of their own; links are TensorFlow's, and placed on their own. */
function copyTree(source: string, target: string, isNeeded: (path: string) => boolean, below = ''): void {
  for (const name of readdirSync(join(source, below))) {
    const path = below === '' ? name : `${below}/${name}`;
    const stats = lstatSync(join(source, path));
    if (stats.isDirectory() && name !== 'node_modules') copyTree(source, target, isNeeded, path);
    else if (stats.isFile() && isNeeded(path)) {
      mkdirSync(dirname(join(target, path)), { recursive: true });
      copyFileSync(join(source, path), join(target, path));
    }
  }
}

function placeNode(root: string, folder: string, { platform }: Target): void {
  const name = platform === 'win32' ? 'node.exe' : 'node';
  mkdirSync(join(folder, 'bin'), { recursive: true });
  copyFileSync(join(root, 'node_modules', 'node', 'bin', name), join(folder, 'bin', name));
  chmodSync(join(folder, 'bin', name), 0o755);
}

/** The library is a link into the user's cache in a checkout; here it is a copy, with its links beside it. */
function placeTensorFlow(root: string, folder: string): boolean {
  const library = join(tfjsPackage(root), 'deps', 'lib');
  if (!existsSync(library)) return false;
  const target = join(tfjsPackage(folder), 'deps', 'lib');
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(library))
    cpSync(join(library, name), join(target, name), { verbatimSymlinks: true, dereference: false });
  return true;
}
