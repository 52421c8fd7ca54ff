import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { addonFolder, checkAddonLoads, ensureAddon, isPlaced, placeAddon } from './addon.mjs';
import { findBackendStamp, isWaitingToRetry, RETRY_AFTER_MS, writeBackendStamp } from './backend-stamp.mjs';
import { ensureTensorflow, tensorflowFolder } from './libtensorflow.mjs';
import { findSizeFault } from './manifest.mjs';
import { pinnedNode } from './node-packages.mjs';
import { note, SetupGap } from './note.mjs';

/** @typedef {import('./wheels.mjs').Variant} Variant */

/**
 * True where the wanted TensorFlow is in place, by sizes and links alone.
 * @param {string} root
 * @param {string} cache
 * @param {Variant | undefined} asked undefined: whatever was asked for last
 * @returns {boolean}
 */
export function isBackendReady(root, cache, asked) {
  const stamp = findBackendStamp(root);
  const wanted = asked ?? stamp?.wanted ?? 'cpu';
  if (stamp?.tensorflow !== wanted) return false;
  const tensorflow = tensorflowFolder(cache, wanted);
  const addon = addonFolder(root, cache, wanted);
  return (
    findSizeFault(tensorflow) === undefined && findSizeFault(addon) === undefined && isPlaced(root, addon, tensorflow)
  );
}

/**
 * Makes TensorFlow ready, or says what is missing and goes on: the engine then takes the next backend.
 * @param {string} root
 * @param {string} cache
 * @param {{ asked: Variant | undefined, nowMs: number, isForced: boolean }} options
 */
export async function ensureBackend(root, cache, options) {
  const stamp = findBackendStamp(root);
  const variant = options.asked ?? stamp?.wanted ?? 'cpu';
  const isFetched = findSizeFault(tensorflowFolder(cache, variant)) === undefined;
  if (!isFetched && !options.isForced && stamp !== undefined && isWaitingToRetry(stamp, variant, options.nowMs)) {
    tellGap(`${stamp.why}\n(\`npm run bootstrap -- --retry\` tries again at once)`);
    return;
  }
  try {
    const tensorflow = await ensureTensorflow(cache, variant);
    const addon = await ensureAddon(root, cache, { variant, tensorflow });
    placeAddon(root, addon, tensorflow);
    await checkAddonLoads(root, pinnedNode(root));
    writeBackendStamp(root, {
      tensorflow: variant,
      why: '',
      wanted: variant,
      libraryPath: libraryPath(tensorflow),
      retryAtMs: 0,
    });
    note(`TensorFlow is ready (${variant}, ${tensorflow})`);
  } catch (error) {
    if (!isGap(error)) throw error;
    const why = error.message;
    const retryAtMs = error instanceof SetupGap && error.gap === 'network' ? options.nowMs + RETRY_AFTER_MS : 0;
    writeBackendStamp(root, { tensorflow: 'missing', why, wanted: variant, libraryPath: '', retryAtMs });
    tellGap(why);
  }
}

/**
 * Expected failures: a gap, or a cache folder that cannot be written.
 * @param {unknown} error
 * @returns {error is Error}
 */
function isGap(error) {
  if (error instanceof SetupGap) return true;
  const code = error instanceof Error ? /** @type {NodeJS.ErrnoException} */ (error).code : undefined;
  return ['ENOSPC', 'EACCES', 'EPERM', 'EROFS', 'EDQUOT'].includes(code ?? '');
}

/** @param {string} why */
function tellGap(why) {
  note(
    `TensorFlow is NOT available. ${why}\nGoing on without it: training uses WebGPU, or the CPU in plain JavaScript, and is slower.`,
  );
}

/**
 * @param {string} tensorflow
 * @returns {string} the folders of the CUDA libraries, joined for LD_LIBRARY_PATH; '' on CPU
 */
function libraryPath(tensorflow) {
  const nvidia = join(tensorflow, 'nvidia');
  if (!existsSync(nvidia)) return '';
  const folders = readdirSync(nvidia).map((name) => join(nvidia, name, 'lib'));
  return folders.filter((folder) => existsSync(folder)).join(delimiter);
}
