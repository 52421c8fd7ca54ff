import type { EngineClient } from '../engine-client.ts';
import type { JobRegistry } from '../jobs/registry.ts';
import type { Session } from '../session.ts';

/** What the handlers of every group are made from. */
export type HandlerParts = {
  readonly open: () => Session; // throws PROJECT_MISSING without a project
  readonly engine: EngineClient;
  readonly jobs: JobRegistry;
  readonly hasProject: boolean;
};
