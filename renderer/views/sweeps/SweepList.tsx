import { Anchor, Button } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconPlus } from '@tabler/icons-react';
import type { SweepSummary } from '../../../shared/contract/sweeps.ts';
import { useCommand } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { goTo, routeHash } from '../../lib/router.ts';
import { useFormat } from '../../lib/use-format.ts';
import { EmptyState } from '../../parts/EmptyState.tsx';
import { Loading } from '../../parts/Loading.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { ViewHeader } from '../../parts/ViewHeader.tsx';
import styles from './sweeps.module.css';

/** Every sweep of the project, the newest first. */
export function SweepList() {
  const t = useText('sweeps');
  const app = useText('app');
  const errors = useText('errors');
  const { data, error, refetch } = useCommand('sweeps.list', {});
  if (error) {
    const action = { label: app('tryAgain'), onClick: () => void refetch() };
    return <EmptyState title={errors(error.failure.code)} detail={error.message} action={action} />;
  }
  if (data === undefined) return <Loading />;
  if (data.sweeps.length === 0) {
    const action = { label: t('new'), onClick: () => goTo('sweeps', 'new') };
    const icon = <IconAdjustmentsHorizontal size={40} stroke={1.2} aria-hidden />;
    return <EmptyState icon={icon} title={t('none')} detail={t('noneDetail')} action={action} />;
  }
  return (
    <>
      <ViewHeader title={t('title')} detail={t('detail')}>
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => goTo('sweeps', 'new')}>
          {t('new')}
        </Button>
      </ViewHeader>
      <div className={styles.page}>
        <Panel>
          <Sweeps sweeps={data.sweeps} />
        </Panel>
      </div>
    </>
  );
}

function Sweeps({ sweeps }: { readonly sweeps: readonly SweepSummary[] }) {
  const t = useText('sweeps');
  return (
    <div className={styles.scroller}>
      <table className={styles.table} aria-label={t('title')}>
        <thead>
          <tr>
            <th scope="col">{t('name')}</th>
            <th scope="col">{t('state')}</th>
            <th scope="col" data-figure>
              {t('trials')}
            </th>
            <th scope="col" data-figure>
              {t('best')}
            </th>
            <th scope="col" data-figure>
              {t('worked')}
            </th>
            <th scope="col">{t('started')}</th>
          </tr>
        </thead>
        <tbody>
          {sweeps.map((sweep) => (
            <SweepRow key={sweep.sweepId} sweep={sweep} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function SweepRow({ sweep }: { readonly sweep: SweepSummary }) {
  const t = useText('sweeps');
  const format = useFormat();
  const { sweepId, name, state, trials, ended, best, workedMs, createdAt } = sweep;
  return (
    <tr>
      <th scope="row">
        <Anchor href={routeHash(['sweeps', sweepId])} size="sm">
          {name}
        </Anchor>
      </th>
      <td>{t(`states.${state}`)}</td>
      <td data-figure>{t('endedOf', { ended: format.count(ended), trials: format.count(trials) })}</td>
      <td data-figure>
        {format.percent(best?.accuracy)}{' '}
        {best !== null && <span className={styles.quiet}>{format.percentInterval(best.interval)}</span>}
      </td>
      <td data-figure>{format.duration(workedMs)}</td>
      <td title={format.dateTime(createdAt)}>{format.relative(createdAt, Date.now())}</td>
    </tr>
  );
}
