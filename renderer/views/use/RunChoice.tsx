import { SegmentedControl, Select } from '@mantine/core';
import type { RunId } from '../../../shared/domain/ids.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import { NamedViewSet } from '../../../shared/domain/view-set.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { askedStore } from './asked-store.ts';
import { runReason } from './usable-runs.ts';
import styles from './use.module.css';

type RunChoiceProps = {
  readonly run: RunRecord;
  readonly runs: readonly RunRecord[];
  readonly views: NamedViewSet;
};

/** Which run answers and why that one, and how many crops of a photo it looks at. */
export function RunChoice({ run, runs, views }: RunChoiceProps) {
  const t = useText('use');
  const format = useFormat();
  const options = runs.map(({ runId, name, bestValAccuracy }) => ({
    value: runId,
    label: bestValAccuracy === null ? name : `${name} · ${format.percent(bestValAccuracy)}`,
  }));
  return (
    <div className={styles.choice}>
      <div className={styles.runField}>
        <Select
          label={t('run')}
          data={options}
          value={run.runId}
          allowDeselect={false}
          searchable={runs.length > 8}
          onChange={(value) => askedStore.setState({ chosenRun: value as RunId | null })}
        />
        <span className={styles.quiet}>{useReason(run, runs)}</span>
      </div>
      <div className={styles.viewsField}>
        <span className={styles.fieldLabel} id="use-views">
          {t('views')}
        </span>
        <SegmentedControl
          aria-labelledby="use-views"
          value={views}
          data={NamedViewSet.options.map((value) => ({ value, label: t(`viewSet.${value}`) }))}
          onChange={(value) => askedStore.setState({ views: value as NamedViewSet })}
        />
        <span className={styles.quiet}>{t(`viewSetHint.${views}`)}</span>
      </div>
    </div>
  );
}

function useReason(run: RunRecord, runs: readonly RunRecord[]): string {
  const t = useText('use');
  const format = useFormat();
  const { kind, accuracy, interval } = runReason(run, runs);
  const words = t(`reason.${kind}`);
  if (accuracy === null) return words;
  const figure =
    interval === null ? format.percent(accuracy) : `${format.percent(accuracy)} (${format.percentInterval(interval)})`;
  return t('reasonFigure', { reason: words, figure });
}
