import { useCommand } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { LogEntries } from '../../parts/LogEntries.tsx';
import { Panel } from '../../parts/Panel.tsx';
import type { RunPage } from './use-run-page.ts';

type RunLogProps = { readonly page: RunPage };

/** The run's own log, and what its job told last. */
export function RunLog({ page: { run, job } }: RunLogProps) {
  const t = useText('run');
  const { data } = useCommand('runs.events', { runId: run?.runId ?? null }, { isEnabled: run !== null });
  const logged = new Set((data ?? []).map(({ message }) => message));
  const notes = [...new Set(job?.notes ?? [])].filter((note) => !logged.has(note));
  if ((data ?? []).length === 0 && notes.length === 0) return null;
  return (
    <Panel title={t('log')}>
      <LogEntries entries={data ?? []} notes={notes} />
    </Panel>
  );
}
