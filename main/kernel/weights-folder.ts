import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where imported weights are kept, for all of a person's projects: they are large, so not with the settings.
 *
 * THAW_WEIGHTS_DIR goes before the custom of the system; with THAW_CONFIG_DIR they lie in there.
 */
export function weightsFolder(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  const { THAW_WEIGHTS_DIR: own, THAW_CONFIG_DIR: config } = environment;
  if (own !== undefined && own !== '') return own;
  if (config !== undefined && config !== '') return join(config, 'weights');
  if (platform === 'win32') {
    const local = environment.LOCALAPPDATA || join(environment.USERPROFILE ?? homedir(), 'AppData', 'Local');
    return join(local, 'Thaw', 'weights');
  }
  const home = environment.HOME || homedir();
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Thaw', 'weights');
  return join(environment.XDG_DATA_HOME || join(home, '.local', 'share'), 'thaw', 'weights');
}
