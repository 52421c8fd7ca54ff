import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { moveIntoPlace, sha256File } from './files.mjs';
import { withLock } from './lock.mjs';
import { findSizeFault, writeManifest } from './manifest.mjs';
import { note, SetupGap } from './note.mjs';
import { runCommand } from './run-command.mjs';
import { findPython } from './tools.mjs';
import { findWheels, TENSORFLOW_VERSION, WHEEL_PYTHON_VERSION } from './wheels.mjs';

/** @typedef {import('./wheels.mjs').Wheel} Wheel */
/** @typedef {import('./wheels.mjs').Variant} Variant */

const ATTEMPTS = 3;

/**
 * Copies chosen members of a wheel: the TensorFlow library, the headers of its C interface, the CUDA libraries.
 * Arguments: the wheel, the target folder. Only names that these patterns spell out are written.
 */
const UNZIP = String.raw`
import re, os, shutil, sys, zipfile
wheel, target = sys.argv[1:3]
rules = [
  (r'tensorflow/(libtensorflow_(?:cc|framework)\.(?:so\.2|2\.dylib))', 'lib/'),
  (r'tensorflow/(include/(?:tensorflow/c|tensorflow/c/eager|xla/tsl/c|tsl/c)/[a-z_]+\.h)', ''),
  (r'tensorflow/(include/(?:tensorflow/core|tsl)/platform/ctstring[a-z_]*\.h)', ''),
  (r'(nvidia/[a-z_]+/lib/[A-Za-z0-9_.-]+\.so[0-9.]*)', ''),
  (r'(nvidia/cuda_nvcc/(?:bin/ptxas|nvvm/libdevice/libdevice\.10\.bc))', ''),
]
with zipfile.ZipFile(wheel) as archive:
  for name in archive.namelist():
    for pattern, folder in rules:
      match = re.fullmatch(pattern, name)
      if match is None: continue
      path = os.path.join(target, folder + match.group(1))
      os.makedirs(os.path.dirname(path), exist_ok=True)
      with archive.open(name) as source, open(path, 'wb') as sink: shutil.copyfileobj(source, sink, 1 << 20)
      if name.endswith('/ptxas'): os.chmod(path, 0o755)
`;

/**
 * @param {string} cache
 * @param {Variant} variant
 * @returns {string} holds lib/, include/ and, for the GPU, nvidia/
 */
export function tensorflowFolder(cache, variant) {
  return join(cache, `tensorflow-${TENSORFLOW_VERSION}-${variant}`);
}

/**
 * Makes sure that the TensorFlow library is in the cache; a damaged one is fetched again.
 * @param {string} cache
 * @param {Variant} variant
 * @returns {Promise<string>} its folder
 * @throws {SetupGap}
 */
export async function ensureTensorflow(cache, variant) {
  const folder = tensorflowFolder(cache, variant);
  if (findSizeFault(folder) === undefined) return folder;
  const machine = `${process.platform}-${process.arch}`;
  const wheels = findWheels(variant, machine);
  if (wheels === undefined) {
    throw new SetupGap('platform', `There is no TensorFlow library (${variant}) for ${machine} that Node can use.`);
  }
  await withLock(`${folder}.lock`, async () => {
    const fault = findSizeFault(folder);
    if (fault === undefined) return;
    if (existsSync(folder)) note(`the TensorFlow library in ${folder} is damaged (${fault}): fetching it again`);
    removeLeftovers(cache, `tensorflow-${TENSORFLOW_VERSION}-${variant}.new-`);
    const staged = `${folder}.new-${process.pid}`;
    mkdirSync(staged, { recursive: true });
    try {
      await fillFolder(staged, wheels);
      moveIntoPlace(staged, folder);
    } finally {
      rmSync(staged, { recursive: true, force: true });
    }
  });
  return folder;
}

/**
 * @param {string} staged
 * @param {readonly Wheel[]} wheels
 */
async function fillFolder(staged, wheels) {
  const python = await findPython();
  const downloads = join(staged, 'wheels');
  for (const wheel of wheels) {
    note(`fetching ${wheel.name} ${wheel.version} with pip`);
    const path = await downloadWheel(python.command, wheel, downloads);
    const unzip = await runCommand(python.command, ['-c', UNZIP, path, staged]);
    if (unzip.code !== 0) throw diskOrDamage(`unpacking ${wheel.name} failed`, unzip.output);
    rmSync(downloads, { recursive: true, force: true });
  }
  const lib = join(staged, 'lib');
  await stripLibraries(lib);
  linkLibraries(lib);
  await writeManifest(staged, wheels.map((wheel) => `${wheel.name}==${wheel.version}`).join(' '));
}

/**
 * @param {string} python
 * @param {Wheel} wheel
 * @param {string} folder emptied before each attempt
 * @returns {Promise<string>} the wheel's path; its checksum is right
 */
async function downloadWheel(python, wheel, folder) {
  const args = [
    '-m',
    'pip',
    'download',
    '--no-deps',
    '--only-binary=:all:',
    '--no-cache-dir',
    '--no-input',
    '--progress-bar=off',
  ];
  args.push('--disable-pip-version-check', '--python-version', WHEEL_PYTHON_VERSION, '--dest', folder);
  for (const platform of wheel.platforms) args.push('--platform', platform);
  args.push(`${wheel.name}==${wheel.version}`);
  let why = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    rmSync(folder, { recursive: true, force: true });
    const pip = await runCommand(python, args);
    const file = pip.code === 0 ? readdirSync(folder).find((name) => name.endsWith('.whl')) : undefined;
    if (file !== undefined) {
      const sha256 = await sha256File(join(folder, file));
      if (sha256 === wheel.sha256) return join(folder, file);
      why = `${file} has sha256 ${sha256} instead of ${wheel.sha256}`;
    } else why = pip.output.split('\n').slice(-2).join(' ');
    if (/No space left/i.test(pip.output)) throw diskOrDamage('fetching failed', pip.output);
    note(`attempt ${attempt} of ${ATTEMPTS} failed: ${why}`);
  }
  throw new SetupGap(
    'network',
    `${wheel.name} ${wheel.version} could not be fetched with pip (${why}). ` +
      'Check the network, the proxy and the index that `python3 -m pip config list` shows, then run `npm run bootstrap` again.',
  );
}

/**
 * Drops the symbol tables (788 MB become 583 MB). Where there is no `strip`, the library works as it is.
 * @param {string} lib
 */
async function stripLibraries(lib) {
  if (process.platform !== 'linux') return; // on macOS it would break the signature
  for (const file of readdirSync(lib)) {
    const strip = await runCommand('strip', ['--strip-unneeded', join(lib, file)]);
    if (strip.code === 127) return;
    if (strip.code !== 0) throw diskOrDamage(`stripping ${file} failed`, strip.output);
  }
}

/**
 * The names that the addon's build asks for (-ltensorflow).
 * @param {string} lib
 */
function linkLibraries(lib) {
  const isMac = process.platform === 'darwin';
  const links = isMac
    ? {
        'libtensorflow.dylib': 'libtensorflow_cc.2.dylib',
        'libtensorflow_framework.dylib': 'libtensorflow_framework.2.dylib',
      }
    : { 'libtensorflow.so': 'libtensorflow_cc.so.2', 'libtensorflow_framework.so': 'libtensorflow_framework.so.2' };
  for (const [name, target] of Object.entries(links)) {
    if (!existsSync(join(lib, target))) throw new SetupGap('damaged', `The TensorFlow wheel holds no ${target}.`);
    symlinkSync(target, join(lib, name));
  }
}

/**
 * @param {string} what
 * @param {string} output
 * @returns {SetupGap}
 */
function diskOrDamage(what, output) {
  const isDisk = /No space left/i.test(output);
  const todo = isDisk
    ? 'Free about 2 GB (10 GB for --gpu) and run `npm run bootstrap` again.'
    : 'Run `npm run bootstrap` again.';
  return new SetupGap(isDisk ? 'disk' : 'damaged', `${what}: ${output.split('\n').at(-1)}. ${todo}`);
}

/**
 * Staging folders of set-ups that were killed. Call it under the lock only.
 * @param {string} cache
 * @param {string} prefix
 */
function removeLeftovers(cache, prefix) {
  for (const name of readdirSync(cache)) {
    if (name.startsWith(prefix)) rmSync(join(cache, name), { recursive: true, force: true });
  }
}
