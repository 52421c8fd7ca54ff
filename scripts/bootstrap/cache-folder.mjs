import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The user's cache folder of Thaw: XDG_CACHE_HOME wins everywhere, then the custom of the system.
 * @param {NodeJS.Platform} platform
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {string} home
 * @returns {string}
 */
export function cacheFolder(platform = process.platform, env = process.env, home = homedir()) {
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, 'thaw');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'thaw');
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'thaw', 'cache');
  return join(home, '.cache', 'thaw');
}
