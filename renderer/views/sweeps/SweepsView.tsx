import type { JobId } from '../../../shared/contract/jobs.ts';
import { SweepId } from '../../../shared/domain/sweep.ts';
import { useJob, useJobs } from '../../lib/client/hooks.ts';
import type { ViewProps } from '../../lib/router.ts';
import { Loading } from '../../parts/Loading.tsx';
import { NewSweep } from './NewSweep.tsx';
import { SweepList } from './SweepList.tsx';
import { SweepPage } from './SweepPage.tsx';

/** '#/sweeps': all of them; '/new': one to start; '/swp_..' or the job of one that has just been started: one of them. */
export function SweepsView({ route }: ViewProps) {
  const [part] = route.rest;
  if (part === undefined) return <SweepList />;
  if (part === 'new') return <NewSweep />;
  const asked = SweepId.safeParse(part);
  return asked.success ? <KnownSweep sweepId={asked.data} /> : <StartedSweep jobId={part as JobId} />;
}

function KnownSweep({ sweepId }: { readonly sweepId: SweepId }) {
  const job = useJobs().find((one) => one.sweepId === sweepId && one.state === 'running') ?? null;
  return <SweepPage sweepId={sweepId} job={job} />;
}

/** Until its first trial begins a sweep has no name of its own here. */
function StartedSweep({ jobId }: { readonly jobId: JobId }) {
  const job = useJob(jobId);
  if (job === null || (job.sweepId === null && job.state !== 'running')) return <SweepList />;
  return job.sweepId === null ? <Loading /> : <KnownSweep sweepId={job.sweepId} />;
}
