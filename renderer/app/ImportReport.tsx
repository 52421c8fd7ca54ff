import type { ImportSummary } from '../../shared/contract/commands.ts';
import { useText } from '../lib/i18n/i18n.ts';
import { useFormat } from '../lib/use-format.ts';
import { Said } from '../parts/Said.tsx';
import styles from './Imports.module.css';
import { commonFolder, groupByReason, type LeftOut, type Reason } from './import-reasons.ts';

const MOST_LINES = 200;
const SHOWN_PATHS = 3; // of a reason; the others are folded away

type ImportReportProps = { readonly summary: ImportSummary; readonly notes: readonly string[] };

/** How an import ended: what came in, what was left out and why, each reason once with its files. */
export function ImportReport({ summary, notes }: ImportReportProps) {
  const t = useText('photos');
  const format = useFormat();
  const { found, imported, duplicates, conflicts, notReached } = summary;
  const skipped = summary.skipped.map(({ path, failure }) => ({ path, message: failure.message }));
  const folder = commonFolder([...skipped, ...conflicts].map(({ path }) => path));
  return (
    <>
      <p>{t('importCounts', { imported: format.count(imported), found: format.count(found) })}</p>
      {duplicates.length > 0 && <p>{t('importDuplicates', { shown: format.count(duplicates.length) })}</p>}
      {notReached > 0 && <p>{t('importNotReached', { shown: format.count(notReached) })}</p>}
      {notes.map((note) => (
        <p key={note}>
          <Said text={note} />
        </p>
      ))}
      <Reasons title={t('importSkipped')} files={skipped} folder={folder} />
      <Reasons title={t('importConflicts')} files={conflicts} folder={folder} />
    </>
  );
}

type ReasonsProps = { readonly title: string; readonly files: readonly LeftOut[]; readonly folder: string };

function Reasons({ title, files, folder }: ReasonsProps) {
  const format = useFormat();
  const app = useText('app');
  if (files.length === 0) return null;
  const reasons = groupByReason(files);
  return (
    <section>
      <h3 className={styles.title}>
        {title} ({format.count(files.length)})
      </h3>
      <ul className={styles.reasons}>
        {reasons.slice(0, MOST_LINES).map((reason) => (
          <ReasonLine key={reason.message} reason={reason} folder={folder} />
        ))}
        {reasons.length > MOST_LINES && (
          <li>{app('moreJobs', { shown: format.count(reasons.length - MOST_LINES) })}</li>
        )}
      </ul>
    </section>
  );
}

type ReasonLineProps = { readonly reason: Reason; readonly folder: string };

function ReasonLine({ reason: { message, paths }, folder }: ReasonLineProps) {
  const format = useFormat();
  const app = useText('app');
  const names = (from: number, upTo: number) =>
    paths.slice(from, upTo).map((path) => (
      <span key={path} title={path}>
        {path.slice(folder.length)}
      </span>
    ));
  const isNamed = paths.every((path) => message.includes(path)); // the sentence says which
  return (
    <li>
      <p className={styles.reason}>
        <span>
          <Said text={folder === '' ? message : message.replaceAll(folder, '')} />
        </span>
        {paths.length > 1 && <span className={styles.count}>{format.count(paths.length)}</span>}
      </p>
      {!isNamed && <p className={styles.files}>{names(0, SHOWN_PATHS)}</p>}
      {paths.length > SHOWN_PATHS && (
        <details className={styles.more}>
          <summary>{app('moreJobs', { shown: format.count(paths.length - SHOWN_PATHS) })}</summary>
          <p className={styles.files}>{names(SHOWN_PATHS, SHOWN_PATHS + MOST_LINES)}</p>
        </details>
      )}
    </li>
  );
}
