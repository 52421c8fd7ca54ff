import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { DoctorReport } from '../../../shared/contract/commands.ts';
import { useJobResult, useJobs, useStartJob } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useSaid } from '../../lib/i18n/use-said.ts';
import { useFormat } from '../../lib/use-format.ts';
import { Panel } from '../../parts/Panel.tsx';
import { Said } from '../../parts/Said.tsx';
import { lossDifference, type Standing, sameDigits, standingOf } from './doctor-figures.ts';
import styles from './settings.module.css';

/** What this machine can compute with: asked for, as a job, since it takes a while. */
export function DevicePanel() {
  const t = useText('settings');
  const start = useStartJob('doctor');
  const jobs = useJobs().filter(({ command }) => command === 'doctor');
  const isRunning = start.isPending || jobs[0]?.state === 'running';
  const lastDone = jobs.find(({ state }) => state === 'done')?.jobId ?? null;
  const report = useJobResult('doctor', lastDone).data;
  const failure = jobs[0]?.state === 'failed' ? jobs[0].failure : null;
  const check = (
    <Button size="compact-sm" variant="default" loading={isRunning} onClick={() => start.mutate({})}>
      {report === undefined ? t('check') : t('checkAgain')}
    </Button>
  );
  return (
    <Panel title={t('device')} aside={check}>
      <div className={styles.stack}>
        {report === undefined && <p className={styles.quiet}>{isRunning ? t('checking') : t('deviceHint')}</p>}
        {failure !== null && (
          <p role="alert">
            <Said text={failure.message} />
          </p>
        )}
        {report !== undefined && <Report report={report} />}
      </div>
    </Panel>
  );
}

type ReportProps = { readonly report: DoctorReport };

function Report({ report }: ReportProps) {
  const t = useText('settings');
  const format = useFormat();
  const executor = report.executors.find(({ chosen }) => chosen)?.executor;
  const agreement = (backend: DoctorReport['backends'][number]): string => {
    if (backend.backend === report.chosen) return t('reference');
    const difference = lossDifference(backend, report);
    return difference === null
      ? '–'
      : t('sameDigits', { count: sameDigits(difference), shown: format.count(sameDigits(difference)) });
  };
  return (
    <>
      <p>
        {report.chosen === null
          ? t('noneChosen')
          : t('chosenSentence', { backend: report.chosen, executor: executor ?? '–' })}
      </p>
      <DeviceTable
        caption={t('backends')}
        figures={[t('stepsPerSecond'), t('losses'), t('agreement')]}
        rows={report.backends.map((one) => ({
          name: one.backend,
          standing: standingOf(one.available, one.backend === report.chosen),
          note: one.note,
          figures: [format.number(one.stepsPerSecond), lossesShown(one.losses, format), agreement(one)],
        }))}
      />
      <DeviceTable
        caption={t('executors')}
        figures={[t('imagesPerSecond')]}
        rows={report.executors.map((one) => ({
          name: one.executor,
          standing: standingOf(one.available, one.chosen),
          note: one.note,
          figures: [format.number(one.imagesPerSecond)],
        }))}
      />
    </>
  );
}

function lossesShown(losses: readonly number[], format: ReturnType<typeof useFormat>): string {
  const [first] = losses;
  if (losses.length < 2) return format.number(first, 4);
  return `${format.number(first, 4)} → ${format.number(losses.at(-1), 4)}`;
}

type DeviceRow = {
  readonly name: string;
  readonly standing: Standing;
  readonly note: string;
  readonly figures: readonly ReactNode[];
};
type DeviceTableProps = {
  readonly caption: string;
  readonly figures: readonly string[];
  readonly rows: readonly DeviceRow[];
};

function DeviceTable({ caption, figures, rows }: DeviceTableProps) {
  const t = useText('settings');
  const said = useSaid();
  return (
    <div className={styles.tableFrame}>
      <table className={styles.table}>
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{t('name')}</th>
            <th scope="col">{t('standing')}</th>
            {figures.map((figure) => (
              <th key={figure} scope="col" data-figure>
                {figure}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, standing, note, figures: shown }) => (
            <tr key={name} title={said(note)}>
              <th scope="row">
                {name}
                {standing === 'missing' && (
                  <span className={styles.note}>
                    <Said text={note} />
                  </span>
                )}
              </th>
              <td>
                <span className={styles.standing} data-standing={standing}>
                  {t(`standings.${standing}`)}
                </span>
              </td>
              {shown.map((figure, at) => (
                <td key={figures[at]} data-figure>
                  {figure}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
