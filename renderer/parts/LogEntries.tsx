import { RunLogKind } from '../../shared/domain/run-log.ts';
import { useText } from '../lib/i18n/i18n.ts';
import { useFormat } from '../lib/use-format.ts';
import { FailureText } from './FailureText.tsx';
import styles from './parts.module.css';
import { Said } from './Said.tsx';

const CODE = /^[A-Z_]{3,}: /; // of a failure: the kind of the entry says it in words

type LogEntry = { readonly happenedAt: string; readonly kind: string; readonly message: string };
type LogEntriesProps = { readonly entries: readonly LogEntry[]; readonly notes?: readonly string[] };

/** What happened to a run, one after the other: what it is in the person's language, the details as they were logged. */
export function LogEntries({ entries, notes = [] }: LogEntriesProps) {
  const t = useText('run');
  const format = useFormat();
  return (
    <ol className={styles.log}>
      {entries.map(({ happenedAt, kind, message }, at) => {
        const known = RunLogKind.safeParse(kind);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a log only grows
          <li key={at}>
            <span className={styles.logHead}>
              {known.success && <strong>{t(`logKinds.${known.data}`)}</strong>}
              <time dateTime={happenedAt}>{format.dateTime(happenedAt)}</time>
            </span>
            <div>
              <FailureText text={message.replace(CODE, '')} />
            </div>
          </li>
        );
      })}
      {notes.map((note) => (
        <li key={note}>
          <Said text={note} />
        </li>
      ))}
    </ol>
  );
}
