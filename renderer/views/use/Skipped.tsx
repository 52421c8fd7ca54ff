import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { Said } from '../../parts/Said.tsx';
import { fileNameOf, type Predictions } from './answer-groups.ts';
import styles from './use.module.css';

const MOST_LINES = 200;

type SkippedProps = { readonly skipped: Predictions['skipped']; readonly isOpen: boolean };

/** Files that got no answer, and why. */
export function Skipped({ skipped, isOpen }: SkippedProps) {
  const t = useText('use');
  const app = useText('app');
  const errors = useText('errors');
  const format = useFormat();
  if (skipped.length === 0) return null;
  return (
    <details className={styles.skipped} open={isOpen}>
      <summary>{t('skipped', { count: skipped.length, shown: format.count(skipped.length) })}</summary>
      <ul>
        {skipped.slice(0, MOST_LINES).map(({ path, failure }) => (
          <li key={path}>
            <strong>{fileNameOf(path)}</strong> {errors(failure.code)}
            <span className={styles.quiet}>
              {' '}
              <Said text={failure.message} />
            </span>
          </li>
        ))}
        {skipped.length > MOST_LINES && (
          <li>{app('moreJobs', { shown: format.count(skipped.length - MOST_LINES) })}</li>
        )}
      </ul>
    </details>
  );
}
