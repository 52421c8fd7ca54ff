import { Tooltip } from '@mantine/core';
import type { FreezeDepth } from '../lib/freeze-depth.ts';
import { useText } from '../lib/i18n/i18n.ts';
import { useDepthText } from '../lib/use-depth-text.ts';
import { useFormat } from '../lib/use-format.ts';
import styles from './DepthBar.module.css';

type DepthBarProps = { readonly depth: FreezeDepth | null };

/** How deep a run was frozen: its stages in a row, cold where frozen and warm where they learned, and in words. */
export function DepthBar({ depth }: DepthBarProps) {
  const t = useText('runs');
  const format = useFormat();
  const words = useDepthText();
  if (depth === null) return <span>–</span>;
  const { frozen, stages } = depth;
  const hint = t('depthHint', {
    frozen: format.count(frozen),
    stages: format.count(stages),
    learning: format.count(stages - frozen),
  });
  return (
    <Tooltip label={hint}>
      <span className={styles.depth}>
        <svg className={styles.bar} viewBox={`0 0 ${stages * 6 - 1} 10`} preserveAspectRatio="none" aria-hidden="true">
          {Array.from({ length: stages }, (_, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: stages are told apart by their place alone
            <rect key={at} x={at * 6} width="5" height="10" className={at < frozen ? styles.frozen : styles.learning} />
          ))}
        </svg>
        <span className={styles.words}>{words(depth)}</span>
      </span>
    </Tooltip>
  );
}
