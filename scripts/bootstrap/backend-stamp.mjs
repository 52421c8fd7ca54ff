import { join } from 'node:path';
import { findJson, writeAtomically } from './files.mjs';

/**
 * What the bootstrap found out about the training backend; the engine reads it to say why TensorFlow is missing.
 * wanted: what was asked for, kept until it is asked otherwise. libraryPath: folders for LD_LIBRARY_PATH ('' on CPU).
 * retryAtMs: a failed download is not tried again before (Unix time in ms).
 * @typedef {{
 *   tensorflow: 'cpu' | 'gpu' | 'missing', why: string, wanted: 'cpu' | 'gpu',
 *   libraryPath: string, retryAtMs: number,
 * }} BackendStamp
 */

/** A failed download costs up to a minute: wait this long before `npm test` tries it again by itself. */
export const RETRY_AFTER_MS = 10 * 60_000;

/**
 * @param {string} root
 * @returns {string}
 */
export function backendStampPath(root) {
  return join(root, 'node_modules', '.thaw-stamp.json');
}

/**
 * @param {string} root
 * @returns {BackendStamp | undefined}
 */
export function findBackendStamp(root) {
  const found = /** @type {Partial<BackendStamp> | undefined} */ (findJson(backendStampPath(root)));
  const { tensorflow, why, wanted } = found ?? {};
  if (tensorflow !== 'cpu' && tensorflow !== 'gpu' && tensorflow !== 'missing') return undefined;
  if (typeof why !== 'string' || (wanted !== 'cpu' && wanted !== 'gpu')) return undefined;
  return { tensorflow, why, wanted, libraryPath: found?.libraryPath ?? '', retryAtMs: found?.retryAtMs ?? 0 };
}

/**
 * Writes the stamp unless it says the same already.
 * @param {string} root
 * @param {BackendStamp} stamp
 */
export function writeBackendStamp(root, stamp) {
  if (JSON.stringify(findBackendStamp(root)) === JSON.stringify(stamp)) return;
  writeAtomically(backendStampPath(root), `${JSON.stringify(stamp, null, 2)}\n`);
}

/**
 * True where a failed download should not be repeated yet.
 * @param {BackendStamp | undefined} stamp
 * @param {'cpu' | 'gpu'} wanted
 * @param {number} nowMs
 * @returns {boolean}
 */
export function isWaitingToRetry(stamp, wanted, nowMs) {
  if (stamp?.tensorflow !== 'missing' || stamp.wanted !== wanted) return false;
  return nowMs < stamp.retryAtMs && stamp.retryAtMs - nowMs <= RETRY_AFTER_MS;
}
