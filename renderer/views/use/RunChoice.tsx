import { SegmentedControl, Select } from '@mantine/core';
import { EnsembleId, type EnsembleRecord } from '../../../shared/domain/ensemble.ts';
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
  readonly ensemble: EnsembleRecord | null; // null: the run answers
  readonly ensembles: readonly EnsembleRecord[];
  readonly views: NamedViewSet;
};

/** Which run or ensemble answers and why that one, and how many crops of a photo it looks at. */
export function RunChoice({ run, runs, ensemble, ensembles, views }: RunChoiceProps) {
  const t = useText('use');
  const options = useOptions(runs, ensembles);
  return (
    <div className={styles.choice}>
      <div className={styles.runField}>
        <Select
          label={t('run')}
          data={options}
          value={ensemble?.ensembleId ?? run.runId}
          allowDeselect={false}
          searchable={runs.length + ensembles.length > 8}
          onChange={choose}
        />
        {ensemble === null ? <RunReasonLine run={run} runs={runs} /> : <TogetherLine ensemble={ensemble} />}
      </div>
      {ensemble === null ? (
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
      ) : (
        <CropsLine ensemble={ensemble} />
      )}
    </div>
  );
}

function choose(value: string | null): void {
  const ensembleId = EnsembleId.safeParse(value).data ?? null;
  if (ensembleId !== null) askedStore.setState({ chosenEnsemble: ensembleId });
  else askedStore.setState({ chosenEnsemble: null, chosenRun: value as RunId | null });
}

/** The ensembles apart, where there are any. */
function useOptions(runs: readonly RunRecord[], ensembles: readonly EnsembleRecord[]) {
  const t = useText('use');
  const format = useFormat();
  const ofRuns = runs.map(({ runId, name, bestValAccuracy }) => ({
    value: runId as string,
    label: bestValAccuracy === null ? name : `${name} · ${format.percent(bestValAccuracy)}`,
  }));
  if (ensembles.length === 0) return ofRuns;
  const ofEnsembles = ensembles.map(({ ensembleId, name }) => ({ value: ensembleId as string, label: name }));
  return [
    { group: t('runs'), items: ofRuns },
    { group: t('ensembles'), items: ofEnsembles },
  ];
}

function RunReasonLine({ run, runs }: Pick<RunChoiceProps, 'run' | 'runs'>) {
  const t = useText('use');
  const format = useFormat();
  const { kind, accuracy, interval } = runReason(run, runs);
  const reason = t(`reason.${kind}`);
  if (accuracy === null) return <span className={styles.quiet}>{reason}</span>;
  const figure =
    interval === null ? format.percent(accuracy) : `${format.percent(accuracy)} (${format.percentInterval(interval)})`;
  return <span className={styles.quiet}>{t('reasonFigure', { reason, figure })}</span>;
}

function TogetherLine({ ensemble: { members, test } }: { readonly ensemble: EnsembleRecord }) {
  const t = useText('use');
  const format = useFormat();
  const together = t('together', { count: members.length, shown: format.count(members.length) });
  if (test === null) return <span className={styles.quiet}>{together}</span>;
  const figure = `${format.percent(test.correct / Math.max(1, test.total))} (${format.percentInterval(test.interval)})`;
  return <span className={styles.quiet}>{t('togetherTest', { together, figure })}</span>;
}

function CropsLine({ ensemble: { members } }: { readonly ensemble: EnsembleRecord }) {
  const t = useText('use');
  const names = members.map(({ views }) => {
    const named = NamedViewSet.safeParse(views).data;
    return named === undefined ? views : t(`viewSet.${named}`);
  });
  return <span className={styles.quiet}>{t('togetherCrops', { crops: [...new Set(names)].join(', ') })}</span>;
}
