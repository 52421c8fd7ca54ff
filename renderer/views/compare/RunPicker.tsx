import { ActionIcon, Button, Select } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { RunRecord } from '../../../shared/domain/run.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { goTo } from '../../lib/router.ts';
import { useFormat } from '../../lib/use-format.ts';
import styles from './compare.module.css';
import { withBaseline } from './comparison.ts';
import { RunLine, runStroke } from './RunLine.tsx';

export const MOST_RUNS = 6;

type RunPickerProps = { readonly chosen: readonly RunRecord[]; readonly finished: readonly RunRecord[] };

/** The runs that are compared, in their colours; the first is the baseline. */
export function RunPicker({ chosen, finished }: RunPickerProps) {
  const t = useText('compare');
  const format = useFormat();
  const ids = chosen.map(({ runId }) => runId as string);
  const others = finished
    .filter(({ runId }) => !ids.includes(runId))
    .map(({ runId, name, queuedAt }) => ({ value: runId as string, label: `${name} · ${format.dateTime(queuedAt)}` }));
  return (
    <section className={styles.picker} aria-label={t('pick')}>
      <ul className={styles.picked}>
        {chosen.map((run, at) => (
          <li key={run.runId} className={styles.pickedRun}>
            <RunLine stroke={runStroke(at)} />
            <span className={styles.pickedName} title={run.name}>
              {run.name}
            </span>
            {at === 0 ? (
              <span className={styles.quiet}>{t('baseline')}</span>
            ) : (
              <Button
                size="compact-xs"
                variant="subtle"
                color="gray"
                aria-label={t('makeBaseline', { name: run.name })}
                onClick={() => goTo('compare', ...withBaseline(ids, run.runId))}
              >
                {t('asBaseline')}
              </Button>
            )}
            <ActionIcon
              size="sm"
              aria-label={t('remove', { name: run.name })}
              onClick={() => goTo('compare', ...ids.filter((id) => id !== run.runId))}
            >
              <IconX size={14} />
            </ActionIcon>
          </li>
        ))}
      </ul>
      {others.length > 0 && chosen.length < MOST_RUNS && (
        <Select
          size="xs"
          w={224}
          aria-label={t('pickHint')}
          placeholder={t('pickHint')}
          searchable
          data={others}
          value={null}
          onChange={(id) => {
            if (id !== null) goTo('compare', ...ids, id);
          }}
        />
      )}
    </section>
  );
}
