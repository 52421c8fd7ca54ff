import type { jobsCommands } from '../../../shared/contract/jobs.ts';
import type { Handlers } from '../dispatch.ts';
import { notThereYet } from './not-there-yet.ts';
import type { HandlerParts } from './parts.ts';

export function createJobsHandlers(_parts: HandlerParts): Pick<Handlers, keyof typeof jobsCommands> {
  return {
    'jobs.start': notThereYet,
    'jobs.list': notThereYet,
    'jobs.stop': notThereYet,
    'jobs.finish': notThereYet,
    'jobs.result': notThereYet,
    'events.watch': notThereYet,
  };
}
