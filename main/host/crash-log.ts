/** What went wrong that should not: in the user's own folder, so that a report can be made after the window has gone. */
import { join } from 'node:path';
import { toFailure } from '../../shared/contract/errors.ts';
import { configFolder } from '../kernel/config-folder.ts';
import { type LogPlace, openRotatingLog, type RotatingLog } from '../kernel/rotating-log.ts';
import type { Handlers } from './dispatch.ts';
import { mapHandlers } from './jobs/observed-handlers.ts';

const CRASHES: readonly string[] = ['BUG', 'ENGINE_CRASHED', 'ENGINE_HUNG', 'DECODER_CRASHED'];

/** At most 5 files of 1 MB. */
export function crashLogPlace(): LogPlace {
  return {
    folder: join(configFolder(process.env, process.platform), 'logs'),
    name: 'crash',
    ...{ maxFiles: 5, maxFileBytes: 1024 * 1024, maxEntriesPerMinute: 30, maxEntryBytes: 16 * 1024 },
  };
}

export function openCrashLog(): RotatingLog {
  return openRotatingLog(crashLogPlace(), { clock: () => new Date(), now: () => performance.now() });
}

/** The same handlers; a failure that is nobody's wish and no fault of the input is logged with its command. */
export function recordingCrashes(handlers: Handlers, log: RotatingLog): Handlers {
  return mapHandlers(handlers, (name, handler) => async (input, context) => {
    try {
      return await handler(input, context);
    } catch (error) {
      const { code, message } = toFailure(error);
      if (CRASHES.includes(code)) log.append(`${name}: ${code}: ${message}${causeOf(error)}`);
      throw error;
    }
  });
}

/** Logs what is about to end this process; it ends all the same. */
export function recordUncaught(log: RotatingLog): void {
  process.on('uncaughtExceptionMonitor', (error, origin) => log.append(`${origin}: ${toFailure(error).message}`));
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error) || error.cause === undefined) return '';
  return `\ncaused by: ${toFailure(error.cause).message}`;
}
