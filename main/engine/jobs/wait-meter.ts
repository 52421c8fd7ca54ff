/** Who waited for whom while mini-batches were made and learnt from. */

const REPORT_EVERY_MS = 1000;

/** Shares of the time so far: training waited for a batch; threads, on average, for a free slot. */
export type Waits = { readonly training: number; readonly data: number };
export type WaitMeter = {
  readonly begin: () => void; // of an epoch's stream
  readonly trainingWaited: (milliseconds: number) => void;
  /** `threadsWaitedMs` of the pass so far, summed over its threads. */
  readonly end: (threadsWaitedMs: number) => void; // of the stream; always told
  readonly tell: (threadsWaitedMs: number) => void; // at most once a second
};

/** `now` in milliseconds, monotonic. */
export function createWaitMeter(threads: number, now: () => number, report: (waits: Waits) => void): WaitMeter {
  let total = { elapsedMs: 0, trainingMs: 0, threadsMs: 0 }; // of the streams before
  let startedMs = now();
  let reportedMs = Number.NEGATIVE_INFINITY;
  const waitsOf = (elapsedMs: number, threadsMs: number): Waits => ({
    training: share(total.trainingMs, elapsedMs),
    data: share(threadsMs, elapsedMs * threads),
  });
  return {
    begin: () => {
      startedMs = now();
    },
    trainingWaited: (milliseconds) => {
      total.trainingMs += milliseconds;
    },
    tell: (threadsWaitedMs) => {
      if (now() - reportedMs < REPORT_EVERY_MS) return;
      reportedMs = now();
      report(waitsOf(total.elapsedMs + now() - startedMs, total.threadsMs + threadsWaitedMs));
    },
    end: (threadsWaitedMs) => {
      total = {
        elapsedMs: total.elapsedMs + now() - startedMs,
        trainingMs: total.trainingMs,
        threadsMs: total.threadsMs + threadsWaitedMs,
      };
      report(waitsOf(total.elapsedMs, total.threadsMs));
    },
  };
}

function share(part: number, whole: number): number {
  return whole > 0 ? Math.min(1, part / whole) : 0;
}
