import { Button } from '@mantine/core';
import type { CatalogueRow } from '../../../shared/contract/weights.ts';
import { useAction, useCommand, useStartJob } from '../../lib/client/hooks.ts';
import type { JobView } from '../../lib/client/jobs-store.ts';
import { backboneTitle } from '../../lib/freeze-depth.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import styles from './settings.module.css';

type WeightsCatalogueProps = { readonly arriving: JobView | null }; // the import or download that runs

/** Where weights are to be had; nothing is fetched before a button is pressed. */
export function WeightsCatalogue({ arriving }: WeightsCatalogueProps) {
  const t = useText('settings');
  const rows = useCommand('weights.catalogue', {}).data?.rows ?? [];
  const start = useStartJob('weights.download');
  const stop = useAction('jobs.stop');
  return (
    <details>
      <summary>{t('catalogue')}</summary>
      <p className={styles.quiet}>{t('catalogueHint')}</p>
      {arriving?.command === 'weights.download' && (
        <Button size="compact-sm" variant="default" onClick={() => stop.mutate({ jobId: arriving.jobId })}>
          {t('stopDownload')}
        </Button>
      )}
      <div className={styles.tableFrame}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('weightsOf')}</th>
              <th scope="col">{t('weightsSource')}</th>
              <th scope="col">{t('weightsLicence')}</th>
              <th scope="col">
                <span className={styles.hidden}>{t('download')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.id} row={row} isBusy={arriving !== null} onDownload={() => start.mutate({ id: row.id })} />
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

type RowProps = { readonly row: CatalogueRow; readonly isBusy: boolean; readonly onDownload: () => void };

function Row({ row, isBusy, onDownload }: RowProps) {
  return (
    <tr>
      <th scope="row">
        {backboneTitle(row.network)}
        <span className={styles.note}>{row.title}</span>
      </th>
      <td>{row.source}</td>
      <td className={styles.standing}>{row.licence}</td>
      <td data-figure>
        <Standing row={row} isBusy={isBusy} onDownload={onDownload} />
      </td>
    </tr>
  );
}

function Standing({ row, isBusy, onDownload }: RowProps) {
  const t = useText('settings');
  const format = useFormat();
  const { kept, canDownload, partBytes, ofBytes } = row;
  if (kept !== null) return <>{t('isKept')}</>;
  if (!canDownload)
    return <span className={styles.quiet}>{t('byHand', { file: row.source.split(', ').at(-1) ?? '' })}</span>;
  const part = { shown: format.bytes(partBytes), total: format.bytes(ofBytes) };
  return (
    <Button
      size="compact-sm"
      variant="default"
      disabled={isBusy}
      aria-label={t('downloadOf', { name: `${backboneTitle(row.network)}, ${row.source}` })}
      onClick={onDownload}
    >
      {partBytes === null ? t('download') : t('goOnWith', part)}
    </Button>
  );
}
