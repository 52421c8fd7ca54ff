import { useText } from '../lib/i18n/i18n.ts';
import { useSaid } from '../lib/i18n/use-said.ts';
import styles from './parts.module.css';
import { Said } from './Said.tsx';

type FailureTextProps = { readonly text: string };

/** What the host says of a failure; what follows its first line (last words, a stack) is folded away. */
export function FailureText({ text }: FailureTextProps) {
  const t = useText('app');
  const shown = useSaid()(text);
  const end = shown.indexOf('\n');
  if (end < 0) return <Said text={shown} />;
  return (
    <>
      <Said text={shown.slice(0, end)} />
      <details className={styles.failureDetails}>
        <summary>{t('details')}</summary>
        <Said text={shown.slice(end + 1)} />
      </details>
    </>
  );
}
