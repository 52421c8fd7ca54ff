import { describe, expect, it } from 'vitest';
import { JobId, type JobStatus } from '../../shared/contract/jobs.ts';
import { createWorkInHand, isTraining, isWorthTelling, taskbarProgress } from './work-in-hand.ts';

const START = new Date('2026-11-24T12:00:00Z');

function job(change: Partial<JobStatus>): JobStatus {
  return {
    jobId: JobId.parse('job_1'),
    command: 'runs.train',
    state: 'running',
    startedAt: START.toISOString(),
    runId: null,
    progress: null,
    device: null,
    sweepId: null,
    wait: null,
    notes: [],
    failure: null,
    ...change,
  };
}
const progress = (done: number, total: number | null) =>
  ({ phase: 'training', done, total, unitsPerSecond: null, secondsLeft: null }) as const;

describe('work in hand', () => {
  it('knows what runs, and tells an end once', () => {
    const work = createWorkInHand(() => 0);
    expect(work.take({ kind: 'job', job: job({}) })).toEqual([]);
    expect(isTraining(work.running())).toBe(true);
    const done = job({ state: 'done' });
    expect(work.take({ kind: 'job', job: done })).toEqual([{ job: done, tookMs: 0 }]);
    expect(work.take({ kind: 'job', job: done })).toEqual([]);
    expect(work.running()).toEqual([]);
  });

  it('does not tell the end of work that ended before it looked', () => {
    expect(createWorkInHand(() => 0).take({ kind: 'job', job: job({ state: 'failed' }) })).toEqual([]);
  });
});

describe('progress on the taskbar', () => {
  it('is the share that is done, unknown without an end, and nothing without work', () => {
    expect(taskbarProgress([job({ progress: progress(3, 4) })])).toBe(0.75);
    expect(taskbarProgress([job({ progress: progress(3, null) })])).toBe('unknown');
    expect(taskbarProgress([job({ progress: progress(5, 4) })])).toBe(1);
    expect(taskbarProgress([])).toBeNull();
  });
});

describe('news at the end of a job', () => {
  it('are told after ten seconds, unless somebody stopped it', () => {
    const isTold = (tookMs: number, state: JobStatus['state']) => isWorthTelling({ job: job({ state }), tookMs });
    expect(isTold(10_000, 'done')).toBe(true);
    expect(isTold(60_000, 'failed')).toBe(true);
    expect(isTold(9_999, 'done')).toBe(false);
    expect(isTold(60_000, 'cancelled')).toBe(false);
  });

  it('fault 40: count the seconds that went by, whatever the clock on the wall says the job began', () => {
    let nowMs = 5_000;
    const work = createWorkInHand(() => nowMs);
    for (const startedAt of ['2026-03-29T00:59:59Z', '2031-01-01T00:00:00Z'])
      work.take({ kind: 'job', job: job({ startedAt }) });
    nowMs += 3_000;
    expect(work.take({ kind: 'job', job: job({ state: 'done', startedAt: '2020-01-01T00:00:00Z' }) })).toMatchObject([
      { tookMs: 3_000 },
    ]);
  });
});
