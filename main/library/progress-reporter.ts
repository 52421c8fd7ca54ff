import type { Progress } from '../../shared/contract/progress.ts';

const PROGRESS_EVERY_MS = 100;

/** Speaks at most every 100 ms within a phase, and always at its first and last unit; with speed and time left. */
export function progressReporter(
  onProgress: ((progress: Progress) => void) | undefined,
  now: () => number = () => performance.now(),
): (phase: Progress['phase'], done: number, total: number | null) => void {
  let phaseNow: Progress['phase'] | null = null;
  let startedMs = 0;
  let startedAt = 0; // units that were done before
  let spokenMs = 0;
  return (phase, done, total) => {
    const timeMs = now();
    if (phase !== phaseNow) {
      phaseNow = phase;
      startedMs = timeMs;
      startedAt = done;
    } else if (done !== total && timeMs - spokenMs < PROGRESS_EVERY_MS) return;
    spokenMs = timeMs;
    const elapsedSeconds = (timeMs - startedMs) / 1000;
    const unitsPerSecond = elapsedSeconds > 0 && done > startedAt ? (done - startedAt) / elapsedSeconds : null;
    const secondsLeft = unitsPerSecond !== null && total !== null ? (total - done) / unitsPerSecond : null;
    onProgress?.({ phase, done, total, unitsPerSecond, secondsLeft });
  };
}
