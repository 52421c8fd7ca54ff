import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import type { KeptWeights } from '../../../shared/contract/weights.ts';
import { useAction, useCommand, useHost } from '../../lib/client/hooks.ts';
import { backboneTitle } from '../../lib/freeze-depth.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { notifyDone } from '../../lib/notify.tsx';
import { goTo } from '../../lib/router.ts';
import { useFormat } from '../../lib/use-format.ts';
import { SelfTestModal } from './SelfTestModal.tsx';
import styles from './settings.module.css';

/** The weights that were added, each to be used or taken away. */
export function KeptWeightsTable() {
  const t = useText('settings');
  const kept = useCommand('weights.list', {}).data?.weights ?? [];
  const [asked, setAsked] = useState<KeptWeights | null>(null);
  const [tested, setTested] = useState<KeptWeights | null>(null);
  if (kept.length === 0) return <p className={styles.quiet}>{t('noneKept')}</p>;
  return (
    <div className={styles.tableFrame}>
      <table className={styles.table}>
        <caption>{t('keptWeights')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('weightsOf')}</th>
            <th scope="col">{t('weightsLicence')}</th>
            <th scope="col" data-figure>
              {t('bytes')}
            </th>
            <th scope="col">
              <span className={styles.hidden}>{t('useWeights')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {kept.map((weights) => (
            <KeptRow
              key={weights.id}
              weights={weights}
              onTest={() => setTested(weights)}
              onRemove={() => setAsked(weights)}
            />
          ))}
        </tbody>
      </table>
      <RemoveQuestion weights={asked} onClose={() => setAsked(null)} />
      {tested !== null && <SelfTestModal backbone={tested.backbone} onClose={() => setTested(null)} />}
    </div>
  );
}

type KeptRowProps = {
  readonly weights: KeptWeights;
  readonly onTest: () => void;
  readonly onRemove: () => void;
};

function KeptRow({ weights, onTest, onRemove }: KeptRowProps) {
  const t = useText('settings');
  const format = useFormat();
  const name = backboneTitle(weights.backbone);
  return (
    <tr>
      <th scope="row">
        {name}
        <span className={styles.note}>{weights.source}</span>
      </th>
      <td className={styles.standing}>{weights.licence ?? t('notTold')}</td>
      <td data-figure>{format.bytes(weights.bytes)}</td>
      <td data-figure>
        <Button
          size="compact-sm"
          variant="default"
          aria-label={t('useWeightsOf', { name })}
          onClick={() => goTo('train', weights.backbone)}
        >
          {t('useWeights')}
        </Button>{' '}
        {weights.report.classifier === 'kept' && (
          <Button size="compact-sm" variant="default" aria-label={t('selfTestOf', { name })} onClick={onTest}>
            {t('selfTest')}
          </Button>
        )}{' '}
        <Button size="compact-sm" variant="subtle" aria-label={t('removeWeightsOf', { name })} onClick={onRemove}>
          {t('removeWeights')}
        </Button>
      </td>
    </tr>
  );
}

function RemoveQuestion({ weights, onClose }: { readonly weights: KeptWeights | null; readonly onClose: () => void }) {
  const t = useText('settings');
  const app = useText('app');
  const format = useFormat();
  const { queries } = useHost();
  const remove = useAction('weights.remove');
  const name = weights === null ? '' : backboneTitle(weights.backbone);
  const confirm = (): void => {
    if (weights === null) return;
    const onSuccess = ({ freedBytes }: { readonly freedBytes: number }): void => {
      notifyDone(t('weightsRemoved', { shown: format.bytes(freedBytes) }));
      for (const command of ['weights.list', 'weights.catalogue', 'backbones.list'])
        void queries.invalidateQueries({ queryKey: [command] });
    };
    remove.mutate({ id: weights.id }, { onSuccess, onSettled: onClose });
  };
  return (
    <Modal
      opened={weights !== null}
      onClose={onClose}
      title={t('removeWeightsOf', { name })}
      closeButtonProps={{ 'aria-label': app('close') }}
    >
      <p>{t('removeQuestion', { name })}</p>
      <div className={styles.ends}>
        <Button variant="default" onClick={onClose}>
          {app('cancel')}
        </Button>
        <Button loading={remove.isPending} onClick={confirm}>
          {t('removeWeights')}
        </Button>
      </div>
    </Modal>
  );
}
