import { homedir } from 'node:os';
import { join } from 'node:path';

/** The user's folder for what belongs to no project, by the custom of the system; THAW_CONFIG_DIR goes before it. */
export function configFolder(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  const given = environment.THAW_CONFIG_DIR;
  if (given !== undefined && given !== '') return given;
  if (platform === 'win32')
    return join(environment.APPDATA || join(environment.USERPROFILE ?? homedir(), 'AppData', 'Roaming'), 'Thaw');
  const home = environment.HOME || homedir();
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Thaw');
  return join(environment.XDG_CONFIG_HOME || join(home, '.config'), 'thaw');
}
