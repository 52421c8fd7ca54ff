/** One Thaw per person: a second start hands its arguments to the first and ends. */
import { app } from 'electron';

/** False: this is the second one, and it has to end. */
export function claimInstance(onSecond: (given: readonly string[], workingFolder: string) => void): boolean {
  if (!app.requestSingleInstanceLock()) return false;
  app.on('second-instance', (_event, given, workingFolder) => onSecond(given.slice(1), workingFolder));
  return true;
}
