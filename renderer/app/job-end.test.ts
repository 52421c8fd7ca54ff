import { expect, it } from 'vitest';
import { JobId } from '../../shared/contract/jobs.ts';
import { RunId } from '../../shared/domain/ids.ts';
import { parseRoute } from '../lib/router.ts';
import { isInView } from './job-end.ts';

const [jobId, other] = [JobId.parse('job_aaaaaaaaaaaa'), JobId.parse('job_bbbbbbbbbbbb')];
const runId = RunId.parse('run_aaaaaaaaaaaa');

it('is in view on the page of its training alone, by either name', () => {
  expect(isInView({ jobId, runId: null }, parseRoute(`#/run/${jobId}`))).toBe(true);
  expect(isInView({ jobId, runId }, parseRoute(`#/run/${runId}`))).toBe(true);
  expect(isInView({ jobId, runId }, parseRoute(`#/run/${other}`))).toBe(false);
  expect(isInView({ jobId, runId: null }, parseRoute('#/run'))).toBe(false);
  expect(isInView({ jobId, runId }, parseRoute(`#/evaluate/${runId}`))).toBe(false);
});
