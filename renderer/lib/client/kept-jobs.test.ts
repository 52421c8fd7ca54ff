import { beforeEach, describe, expect, it } from 'vitest';
import { JobId } from '../../../shared/contract/jobs.ts';
import { forgetJob, isOutdated, keepJob, keptJobKey, keptJobs, outdateKeptJobs } from './kept-jobs.ts';

describe('kept jobs', () => {
  beforeEach(() => keptJobs.setState({ byInput: {}, revision: 0, keptAt: {} }));

  it('finds a job again by the same input, in whatever order its fields are', () => {
    keepJob(keptJobKey('runs.evaluate', { runId: 'a', split: 'val' }), JobId.parse('job_1'));
    expect(keptJobs.getState().byInput[keptJobKey('runs.evaluate', { split: 'val', runId: 'a' })]).toBe('job_1');
  });

  it('keeps different inputs and commands apart', () => {
    const keys = [
      keptJobKey('runs.evaluate', { runId: 'a', split: 'val' }),
      keptJobKey('runs.evaluate', { runId: 'a', split: 'test' }),
      keptJobKey('runs.compare', { runId: 'a', split: 'val' }),
      keptJobKey('runs.compare', { runId: 'val', split: 'a' }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('forgets one and leaves the others', () => {
    keepJob('x', JobId.parse('job_1'));
    keepJob('y', JobId.parse('job_2'));
    forgetJob('x');
    expect(keptJobs.getState().byInput).toEqual({ y: 'job_2' });
  });

  it('are outdated by a later change of photos or labels, until they are started again', () => {
    keepJob('x', JobId.parse('job_1'));
    expect(isOutdated(keptJobs.getState(), 'x')).toBe(false);
    outdateKeptJobs();
    expect(isOutdated(keptJobs.getState(), 'x')).toBe(true);
    expect(isOutdated(keptJobs.getState(), 'never started')).toBe(false);
    keepJob('x', JobId.parse('job_2'));
    expect(isOutdated(keptJobs.getState(), 'x')).toBe(false);
  });
});
