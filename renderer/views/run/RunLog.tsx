import { useCommand } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { Panel } from '../../parts/Panel.tsx';
import styles from './run.module.css';
import type { RunPage } from './use-run-page.ts';

type RunLogProps = { readonly page: RunPage };

/** The run's own log, and what its job told last. */
export function RunLog({ page: { run, job } }: RunLogProps) {
  const t = useText('run');
  const format = useFormat();
  const { data } = useCommand('runs.events', { runId: run?.runId ?? null }, { isEnabled: run !== null });
  const logged = new Set((data ?? []).map(({ message }) => message));
  const notes = [...new Set(job?.notes ?? [])].filter((note) => !logged.has(note));
  if ((data ?? []).length === 0 && notes.length === 0) return null;
  return (
    <Panel title={t('log')}>
      <ul className={styles.log}>
        {(data ?? []).map(({ happenedAt, kind, message }) => (
          <li key={`${happenedAt} ${kind}`}>
            <time dateTime={happenedAt}>{format.dateTime(happenedAt)}</time>
            <span>{message}</span>
          </li>
        ))}
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </Panel>
  );
}
