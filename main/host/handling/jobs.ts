import type { Result } from '../../../shared/contract/errors.ts';
import type { JobCommand, jobsCommands } from '../../../shared/contract/jobs.ts';
import { type CommandContext, checkInput, type Handlers } from '../dispatch.ts';
import type { JobRegistry } from '../jobs/registry.ts';
import { watchEvents } from '../jobs/watch-events.ts';

export type JobsParts = {
  readonly jobs: JobRegistry;
  readonly run: (command: JobCommand, input: unknown, context: CommandContext) => Promise<Result<unknown>>;
};

export function createJobsHandlers({ jobs, run }: JobsParts): Pick<Handlers, keyof typeof jobsCommands> {
  return {
    'jobs.start': async ({ command, input }) => {
      checkInput(command, input); // refused here and not as a job that failed
      return { jobId: jobs.start(command, (context) => run(command, input, context)) };
    },
    'jobs.list': async () => ({ jobs: jobs.list().map(({ status }) => status) }),
    'jobs.stop': async ({ jobId }) => ({ stopped: jobs.stop(jobId) }),
    'jobs.finish': async ({ jobId }) => ({ asked: jobs.finish(jobId) }),
    'jobs.result': async ({ jobId }) => ({ output: jobs.result(jobId) }),
    'events.watch': async (_input, context) => ({ told: await watchEvents(jobs, context) }),
  };
}
