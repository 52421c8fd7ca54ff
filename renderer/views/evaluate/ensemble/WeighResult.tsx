import { Button, Tooltip } from '@mantine/core';
import type { Weighing, WeighReport } from '../../../../shared/contract/ensembling.ts';
import type { RunRecord } from '../../../../shared/domain/run.ts';
import { wilsonInterval } from '../../../../shared/math/statistics.ts';
import { useAction } from '../../../lib/client/hooks.ts';
import { useText } from '../../../lib/i18n/i18n.ts';
import { useFormat } from '../../../lib/use-format.ts';
import { useRunName } from '../../../lib/use-run-name.ts';
import { Panel } from '../../../parts/Panel.tsx';
import styles from '../evaluate.module.css';
import own from './ensemble.module.css';

type WeighResultProps = { readonly report: WeighReport; readonly runs: readonly RunRecord[] };

/** Each member alone, and all together by every method, on photos that taught none of them. */
export function WeighResult({ report, runs }: WeighResultProps) {
  const t = useText('ensemble');
  const format = useFormat();
  const nameOf = useRunName();
  const { members, weighings, total, from, best } = report;
  return (
    <Panel title={t('together')}>
      <p className={styles.hint}>
        {t(`from.${from}`, { total: format.count(total) })} {t('sameNote')}
      </p>
      <div className={styles.matrixScroller}>
        <table className={styles.perClass} aria-label={t('together')}>
          <Heads />
          <tbody>
            {members.map(({ runId, correct, loss, msPerPhoto, bytes }) => {
              const run = runs.find((one) => one.runId === runId);
              const name = run === undefined ? runId : nameOf(run);
              return (
                <tr key={runId}>
                  <th scope="row" className={styles.rowHead} title={name}>
                    {name} {runId === best && <span className={styles.quiet}>{t('best')}</span>}
                  </th>
                  <td />
                  <Figures {...{ correct, loss, msPerPhoto, bytes, total }} interval={wilsonInterval(correct, total)} />
                  <td>–</td>
                  <td />
                </tr>
              );
            })}
            {weighings.map((weighing) => (
              <Together key={weighing.method} weighing={weighing} report={report} />
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function Heads() {
  const t = useText('ensemble');
  const hinted = (name: string, hint: string) => (
    <th scope="col">
      <Tooltip label={hint}>
        <span>{name}</span>
      </Tooltip>
    </th>
  );
  return (
    <thead className={styles.heads}>
      <tr>
        <th scope="col" className={styles.rowHead}>
          {t('alone')} / {t('together')}
        </th>
        <th scope="col">{t('weights')}</th>
        <th scope="col">{t('right')}</th>
        {hinted(t('loss'), t('lossHint'))}
        {hinted(t('ms'), t('msHint'))}
        {hinted(t('size'), t('sizeHint'))}
        {hinted(t('changed'), t('changedHint'))}
        <td />
      </tr>
    </thead>
  );
}

type FiguresProps = Pick<Weighing, 'correct' | 'interval' | 'loss' | 'msPerPhoto' | 'bytes'> & {
  readonly total: number;
};

function Figures({ correct, interval, loss, msPerPhoto, bytes, total }: FiguresProps) {
  const format = useFormat();
  return (
    <>
      <td>
        {format.percent(correct / total)} <span className={styles.quiet}>{format.percentInterval(interval)}</span>
      </td>
      <td>{format.fixed(loss, 3)}</td>
      <td>{format.fixed(msPerPhoto, 1)}</td>
      <td>{format.bytes(bytes)}</td>
    </>
  );
}

function Together({ weighing, report }: { readonly weighing: Weighing; readonly report: WeighReport }) {
  const t = useText('ensemble');
  const format = useFormat();
  const save = useAction('ensembles.save');
  const { method, weights, fixed, broken } = weighing;
  const { members, views, best, classes, total } = report;
  const used = members
    .map(({ runId }, at) => ({ runId, views, weight: weights[at]! }))
    .filter(({ weight }) => weight > 0);
  const name = `${t('defaultName', { count: used.length, shown: format.count(used.length) })} · ${t(`method.${method}`)}`;
  return (
    <tr className={own.together}>
      <th scope="row" className={styles.rowHead}>
        <Tooltip label={t(`methodHint.${method}`)}>
          <span>{t(`method.${method}`)}</span>
        </Tooltip>
      </th>
      <td className={own.weights}>{weights.map((weight) => format.fixed(weight, 2)).join(' · ')}</td>
      <Figures {...weighing} total={total} />
      <td>{`${format.count(fixed)} / ${format.count(broken)}`}</td>
      <td>
        <Button
          size="compact-xs"
          variant="default"
          aria-label={t('saveLabel', { method: t(`method.${method}`) })}
          loading={save.isPending}
          onClick={() => save.mutate({ name, members: used, method, best, classes })}
        >
          {t('save')}
        </Button>
      </td>
    </tr>
  );
}
