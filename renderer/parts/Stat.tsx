import { Tooltip } from '@mantine/core';
import { useText } from '../lib/i18n/i18n.ts';
import styles from './parts.module.css';

type StatProps = {
  readonly label: string;
  readonly shown: string; // formatted, with its unit
  readonly interval?: string | undefined; // formatted 95 % interval
  readonly hint?: string | undefined; // the term in one sentence
};

/** A number with its unit and its interval. */
export function Stat({ label, shown, interval, hint }: StatProps) {
  const t = useText('app');
  const name = <span className={styles.statLabel}>{label}</span>;
  return (
    <div className={styles.stat}>
      {hint === undefined ? name : <Tooltip label={hint}>{name}</Tooltip>}
      <span className={styles.statValue}>{shown}</span>
      {interval !== undefined && (
        <Tooltip label={t('intervalHint')}>
          <span className={styles.statInterval}>{interval}</span>
        </Tooltip>
      )}
    </div>
  );
}
