import type { ProjectSummary } from '../../../shared/contract/commands.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';

/** What every tab is given. */
export type TabProps = { readonly run: RunRecord; readonly summary: ProjectSummary };
