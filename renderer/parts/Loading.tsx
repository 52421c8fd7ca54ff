import { Loader } from '@mantine/core';
import { useText } from '../lib/i18n/i18n.ts';
import styles from './parts.module.css';

/** Something is on its way. It shows only after 200 ms, so that quick answers do not flicker. */
export function Loading() {
  const t = useText('app');
  return (
    <div className={styles.loading} role="status">
      <Loader size="sm" aria-hidden />
      <span>{t('loading')}</span>
    </div>
  );
}
