import { Button } from '@mantine/core';
import { doesAgree, type ExportCheck, type ExportRecord } from '../../../shared/domain/export.ts';
import { findShell } from '../../lib/client/connection.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useSaid } from '../../lib/i18n/use-said.ts';
import { useFormat } from '../../lib/use-format.ts';
import { Banner } from '../../parts/Banner.tsx';
import styles from './export.module.css';

/** One export: whether it is ready, and how each runtime compared with the app. */
export function ExportProof({ record }: { readonly record: ExportRecord }) {
  const t = useText('runs');
  const format = useFormat();
  const shell = findShell();
  const { ready, folder, checks } = record;
  const name = t(`export.format.${record.format}`);
  return (
    <div className={styles.proof}>
      <Banner tone={ready ? 'good' : 'danger'} role="status">
        {ready ? t('export.ready', { name }) : t('export.notReady', { name })}
      </Banner>
      {ready && (
        <p className={styles.path}>
          {folder} · {format.dateTime(record.exportedAt)}
        </p>
      )}
      <table className={styles.checks}>
        <thead>
          <tr>
            <th scope="col">{t('export.runtime')}</th>
            <th scope="col">{t('export.given')}</th>
            <th scope="col">{t('export.same')}</th>
            <th scope="col">{t('export.largest')}</th>
          </tr>
        </thead>
        <tbody>
          {checks.map((check) => (
            <Check key={`${check.runtime} ${check.source}`} check={check} />
          ))}
        </tbody>
      </table>
      {ready && shell !== null && (
        <Button size="xs" variant="default" onClick={() => void shell.revealInFolder(folder)}>
          {t('export.reveal')}
        </Button>
      )}
    </div>
  );
}

function Check({ check }: { readonly check: ExportCheck }) {
  const t = useText('runs');
  const format = useFormat();
  const said = useSaid();
  const { runtime, source, why, same, pictures, largestDifference, disagreements } = check;
  if (why !== null) {
    return (
      <tr>
        <th scope="row">{runtime}</th>
        <td colSpan={3}>{t('export.notTried', { why: said(why) })}</td>
      </tr>
    );
  }
  const margins = disagreements.map(({ picture, margin }) => `${picture} (${format.percent(margin)})`).join(', ');
  return (
    <tr data-agrees={doesAgree(check)}>
      <th scope="row">{runtime}</th>
      <td>{t(`export.source.${source}`)}</td>
      <td>
        {format.count(same)} / {format.count(pictures)}
        {margins !== '' && <span className={styles.margins}>{t('export.margins', { margins })}</span>}
      </td>
      <td>{largestDifference === null ? '–' : largestDifference.toExponential(1)}</td>
    </tr>
  );
}
