import { useEffect } from 'react';
import { useCommand } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { Loading } from '../../parts/Loading.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { Said } from '../../parts/Said.tsx';
import { Stat } from '../../parts/Stat.tsx';
import styles from './settings.module.css';

const ASK_EVERY_MS = 5000;

/** Connections to other machines since the program started, counted where they are opened. */
export function NetworkPanel() {
  const t = useText('settings');
  const format = useFormat();
  const network = useCommand('network.count', {});
  const { refetch, data, error, isPending } = network;
  useEffect(() => {
    void refetch();
    const timer = setInterval(() => void refetch(), ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, [refetch]);
  return (
    <Panel title={t('network')}>
      {error && (
        <p role="alert">
          <Said text={error.message} />
        </p>
      )}
      {isPending && <Loading />}
      {data !== undefined && (
        <div className={styles.stack}>
          <Stat
            label={t('connections', { since: format.dateTime(data.since) })}
            shown={format.count(data.connections)}
          />
          <p className={styles.quiet}>{data.connections === 0 ? t('nothingLeft') : t('hosts')}</p>
          {data.hosts.length > 0 && (
            <ul className={styles.notes}>
              {data.hosts.map((host) => (
                <li key={host}>{host}</li>
              ))}
            </ul>
          )}
        </div>
      )}
    </Panel>
  );
}
