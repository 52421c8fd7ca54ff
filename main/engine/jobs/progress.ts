import type { Phase, TrialProgress } from '../../../shared/contract/progress.ts';
import type { JobContext } from '../protocol/control.ts';

const REPORT_EVERY_MS = 200; // at most 5 a second

/** Sends progress of one phase, at most 5 times a second and always at its end, with speed and time left. */
export function phaseReporter(
  context: JobContext,
  phase: Phase,
  now: () => number,
): (done: number, total: number) => void {
  const startedMs = now();
  let lastMs = Number.NEGATIVE_INFINITY;
  return (done, total) => {
    if (done < total && now() - lastMs < REPORT_EVERY_MS) return;
    lastMs = now();
    const elapsedSeconds = (now() - startedMs) / 1000;
    const unitsPerSecond = done > 0 && elapsedSeconds > 0 ? done / elapsedSeconds : null;
    const secondsLeft = unitsPerSecond === null ? null : (total - done) / unitsPerSecond;
    context.send({ kind: 'progress', progress: { phase, done, total, unitsPerSecond, secondsLeft } });
  };
}

/** As phaseReporter, of steps that may go on from where an earlier process stopped: timed from the first report on. */
export function stepReporter(
  context: JobContext,
  phase: Phase,
  now: () => number,
): (done: number, total: number, within?: TrialProgress) => void {
  let first: { readonly done: number; readonly ms: number } | null = null;
  let lastMs = Number.NEGATIVE_INFINITY;
  return (done, total, within) => {
    first ??= { done, ms: now() };
    if (done < total && now() - lastMs < REPORT_EVERY_MS) return;
    lastMs = now();
    const perSecond = ((done - first.done) / Math.max(now() - first.ms, 1e-3)) * 1000;
    const unitsPerSecond = perSecond > 0 ? perSecond : null;
    const secondsLeft = unitsPerSecond === null ? null : (total - done) / unitsPerSecond;
    context.send({
      kind: 'progress',
      progress: { ...{ phase, done, total, unitsPerSecond, secondsLeft }, ...(within && { within }) },
    });
  };
}
