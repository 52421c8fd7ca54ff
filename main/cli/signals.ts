/** Ctrl-C: the first asks the command to stop, the second ends the process at once. */
import { EXIT_CANCELLED } from './exit-codes.ts';

/** Children notice the end of this process by themselves; a run that was under way is marked at the next open. */
export function stopOnSignals(say: (text: string) => void): AbortSignal {
  const abort = new AbortController();
  const onSignal = (): void => {
    if (abort.signal.aborted) process.exit(EXIT_CANCELLED);
    abort.abort();
    say('stopping · Ctrl-C again ends at once');
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return abort.signal;
}
