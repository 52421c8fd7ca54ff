import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { findJson, moveIntoPlace } from './files.mjs';
import { withLock } from './lock.mjs';
import { findManifest, findSizeFault, writeManifest } from './manifest.mjs';
import { note, SetupGap } from './note.mjs';
import { runCommand } from './run-command.mjs';
import { findCompiler } from './tools.mjs';
import { TENSORFLOW_VERSION } from './wheels.mjs';

/** @typedef {import('./wheels.mjs').Variant} Variant */

const FILE_NAME = 'tfjs_binding.node';
/** The newest Node-API version that the package's own loader knows. */
const NAPI_VERSION = 8;

/**
 * @param {string} root
 * @returns {string}
 */
export function tfjsPackage(root) {
  return join(root, 'node_modules', '@tensorflow', 'tfjs-node-gpu');
}

/**
 * @param {string} root
 * @param {string} cache
 * @param {Variant} variant
 * @returns {string} the cache folder of the addon; its name spells out everything that the binary depends on
 */
export function addonFolder(root, cache, variant) {
  const found = /** @type {{ version?: string } | undefined} */ (findJson(join(tfjsPackage(root), 'package.json')));
  const machine = `${process.platform}-${process.arch}`;
  return join(
    cache,
    `addon-tfjs-${found?.version}-tensorflow-${TENSORFLOW_VERSION}-${variant}-napi${NAPI_VERSION}-${machine}`,
  );
}

/**
 * Makes sure that the addon is built, in the cache, against the library in `tensorflow`.
 * @param {string} root
 * @param {string} cache
 * @param {{ variant: Variant, tensorflow: string }} library
 * @returns {Promise<string>} its folder in the cache
 * @throws {SetupGap}
 */
export async function ensureAddon(root, cache, library) {
  const folder = addonFolder(root, cache, library.variant);
  if (findSizeFault(folder) === undefined) return folder;
  await withLock(`${folder}.lock`, async () => {
    if (findSizeFault(folder) === undefined) return;
    const staged = `${folder}.new-${process.pid}`;
    mkdirSync(staged, { recursive: true });
    try {
      await compile(root, library.tensorflow, join(staged, FILE_NAME));
      await writeManifest(staged, FILE_NAME);
      moveIntoPlace(staged, folder);
    } finally {
      rmSync(staged, { recursive: true, force: true });
    }
  });
  return folder;
}

/**
 * The build of the package's binding.gyp, without node-gyp: it would fetch Node's headers from elsewhere.
 * @param {string} root
 * @param {string} tensorflow
 * @param {string} target
 */
async function compile(root, tensorflow, target) {
  const compiler = await findCompiler();
  note('building the link between Node and TensorFlow');
  const source = join(tfjsPackage(root), 'binding');
  const lib = join(tensorflow, 'lib');
  const args = [
    '-shared',
    '-fPIC',
    '-O2',
    '-std=c++17',
    '-fno-exceptions',
    '-fno-rtti',
    '-w',
    `-DNAPI_VERSION=${NAPI_VERSION}`,
  ];
  args.push('-DNODE_GYP_MODULE_NAME=tfjs_binding', '-DBUILDING_NODE_EXTENSION');
  args.push('-I', join(root, 'node_modules', 'node-api-headers', 'include'), '-I', join(tensorflow, 'include'));
  args.push(
    ...readdirSync(source)
      .filter((name) => name.endsWith('.cc'))
      .map((name) => join(source, name)),
  );
  const origin = process.platform === 'darwin' ? '@loader_path' : '$ORIGIN';
  if (process.platform === 'darwin') args.push('-undefined', 'dynamic_lookup');
  args.push('-L', lib, `-Wl,-rpath,${origin}/../../deps/lib`, '-ltensorflow', '-ltensorflow_framework', '-o', target);
  const build = await runCommand(compiler, args);
  if (build.code !== 0) {
    throw new SetupGap('compiler', `${compiler} could not build the TensorFlow addon:\n${build.output.slice(-1500)}`);
  }
}

/**
 * Puts the addon into the package, where its loader looks, and links the library's folder beside it.
 * @param {string} root
 * @param {string} addon
 * @param {string} tensorflow
 */
export function placeAddon(root, addon, tensorflow) {
  const { file, link } = places(root);
  mkdirSync(dirname(link), { recursive: true });
  if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) rmSync(link, { recursive: true, force: true });
  symlinkSync(join(tensorflow, 'lib'), link, 'dir');
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}`;
  copyFileSync(join(addon, FILE_NAME), temporary); // a new file: a process that uses the old one keeps it
  renameSync(temporary, file);
}

/**
 * Says by sizes and links alone whether the package holds this addon and this library.
 * @param {string} root
 * @param {string} addon
 * @param {string} tensorflow
 * @returns {boolean}
 */
export function isPlaced(root, addon, tensorflow) {
  const { file, link } = places(root);
  const bytes = findManifest(addon)?.files.find((entry) => entry.path === FILE_NAME)?.bytes;
  if (bytes === undefined || statSync(file, { throwIfNoEntry: false })?.size !== bytes) return false;
  if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return false;
  return readlinkSync(link) === join(tensorflow, 'lib') && existsSync(link);
}

/**
 * Loads the addon once in a process of its own.
 * @param {string} root
 * @param {string} node
 * @throws {SetupGap} 'load'
 */
export async function checkAddonLoads(root, node) {
  const code = `const {createRequire}=require('node:module');
    const util=require('node:util'); util.isNullOrUndefined??=(value)=>value===undefined||value===null;
    const tf=createRequire(process.argv[1])('@tensorflow/tfjs-node-gpu');
    if (tf.getBackend()!=='tensorflow'||tf.matMul([[1,2]],[[3],[4]]).dataSync()[0]!==11) throw new Error('wrong product');`;
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' };
  const run = await runCommand(node, ['-e', code, join(root, 'package.json')], { env });
  if (run.code === 0) return;
  throw new SetupGap('load', `The TensorFlow addon was built but does not load:\n${run.output.slice(-1500)}`);
}

/**
 * @param {string} root
 * @returns {{ file: string, link: string }}
 */
function places(root) {
  const folder = tfjsPackage(root);
  return { file: join(folder, 'lib', `napi-v${NAPI_VERSION}`, FILE_NAME), link: join(folder, 'deps', 'lib') };
}
