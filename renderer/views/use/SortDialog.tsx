import { Button, Modal, Progress, SegmentedControl, Slider, Switch, TextInput } from '@mantine/core';
import { useStore } from 'zustand';
import { type SortId, SortMode } from '../../../shared/domain/sorting.ts';
import { findShell } from '../../lib/client/connection.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { Banner } from '../../parts/Banner.tsx';
import { ClassChip } from '../../parts/ClassChip.tsx';
import { Said } from '../../parts/Said.tsx';
import type { ColourOf } from './AnswerGrid.tsx';
import { SortDone } from './SortDone.tsx';
import styles from './sort.module.css';
import { countsAt, type SortPlan } from './sort-counts.ts';
import { sortStore } from './sort-store.ts';
import { type Sorting, useSorting } from './use-sorting.ts';
import { useUndoSort } from './use-undo-sort.ts';

/** Photos into folders: what would go where, how, and what was done. */
export function SortDialog({ colourOf }: { readonly colourOf: ColourOf }) {
  const t = useText('use');
  const app = useText('app');
  const isOpen = useStore(sortStore, (state) => state.isOpen);
  const sorting = useSorting();
  const undoing = useUndoSort(); // here, since what is in the dialog goes before the undo has ended, and tells nothing then
  const onUndo = (sortId: SortId): void => {
    undoing.undo(sortId);
    sorting.close();
  };
  return (
    <Modal
      opened={isOpen}
      onClose={sorting.close}
      title={t('sort.title')}
      size="lg"
      closeButtonProps={{ 'aria-label': app('close') }}
    >
      {isOpen && <Content {...{ sorting, colourOf, onUndo }} />}
    </Modal>
  );
}

type ChoiceParts = { readonly sorting: Sorting; readonly colourOf: ColourOf };
type ContentProps = ChoiceParts & { readonly onUndo: (sortId: SortId) => void };

function Content({ sorting, colourOf, onUndo }: ContentProps) {
  const { plan, report, running, failure } = sorting;
  if (running !== null) return <Running sorting={sorting} />;
  if (report !== undefined)
    return (
      <SortDone report={report} colourOf={colourOf} onUndo={() => onUndo(report.sortId)} onClose={sorting.close} />
    );
  return (
    <>
      {failure !== null && (
        <Banner tone="danger" role="alert">
          <Said text={failure} />
        </Banner>
      )}
      {plan !== undefined && <Choice plan={plan} sorting={sorting} colourOf={colourOf} />}
    </>
  );
}

const WORDS: Readonly<Record<string, 'sort.looking' | 'sort.watching'>> = {
  'sort.plan': 'sort.looking',
  'sort.folder': 'sort.watching',
};

function Running({ sorting: { running, stop } }: { readonly sorting: Sorting }) {
  const t = useText('use');
  const app = useText('app');
  const format = useFormat();
  const progress = running?.progress ?? null;
  const share = progress?.total == null ? null : progress.done / progress.total;
  const far = progress?.total == null ? '' : ` ${format.count(progress.done)} / ${format.count(progress.total)}`;
  return (
    <div className={styles.running} role="status">
      <p>
        {t(WORDS[running?.command ?? ''] ?? 'sort.sorting')}
        {far}
      </p>
      <Progress value={100 * (share ?? 1)} animated={share === null} aria-label={t('sort.title')} />
      <Button variant="default" onClick={stop}>
        {running?.command === 'sort.folder' ? t('sort.stopWatching') : app('cancel')}
      </Button>
    </div>
  );
}

type ChoiceProps = ChoiceParts & { readonly plan: SortPlan };

function Choice({ plan, sorting, colourOf }: ChoiceProps) {
  const t = useText('use');
  const format = useFormat();
  const { mode, surePercent, output, isWatching } = useStore(sortStore);
  const { perClass, review } = countsAt(plan, surePercent);
  return (
    <div className={styles.choice}>
      <SegmentedControl
        aria-label={t('sort.how')}
        value={mode}
        data={SortMode.options.map((value) => ({ value, label: t(`sort.mode.${value}`) }))}
        onChange={(value) => sortStore.setState({ mode: value as SortMode })}
      />
      <p className={styles.hint}>{t(`sort.modeHint.${mode}`)}</p>
      <div className={styles.dial}>
        <span id="sort-dial">{t('sort.sureFrom', { percent: format.percent(surePercent / 100, 0) })}</span>
        <Slider
          min={0}
          max={100}
          label={null}
          value={surePercent}
          thumbProps={{ 'aria-labelledby': 'sort-dial' }}
          onChange={(value) => sortStore.setState({ surePercent: value })}
        />
      </div>
      <ul className={styles.counts} aria-label={t('sort.preview')} aria-live="polite">
        {perClass.map(({ name, position, photos }) => (
          <li key={name}>
            <ClassChip name={name} colour={colourOf(name, position)} />
            <strong>{format.count(photos)}</strong>
          </li>
        ))}
        <li>
          <span className={styles.review}>{t('sort.review')}</span>
          <strong>{format.count(review)}</strong>
        </li>
      </ul>
      {plan.strangers !== null && (
        <p className={styles.strangers}>{t('sort.strangers', { shown: format.count(plan.strangers) })}</p>
      )}
      {plan.skippedCount > 0 && (
        <p className={styles.hint}>
          {t('sort.skipped', { count: plan.skippedCount, shown: format.count(plan.skippedCount) })}
        </p>
      )}
      <Output output={output} />
      {findShell() !== null && ( // what a browser sent are copies: nothing comes to them
        <Switch
          checked={isWatching}
          label={t('sort.watch')}
          description={t('sort.watchHint')}
          onChange={({ currentTarget }) => sortStore.setState({ isWatching: currentTarget.checked })}
        />
      )}
      <Button disabled={(plan.photos === 0 && !isWatching) || output.trim() === ''} onClick={sorting.go}>
        {isWatching
          ? t('sort.goWatch')
          : t(`sort.go.${mode}`, { count: plan.photos, shown: format.count(plan.photos) })}
      </Button>
    </div>
  );
}

function Output({ output }: { readonly output: string }) {
  const t = useText('use');
  const shell = findShell();
  const choose = async (): Promise<void> => {
    const folder = await shell?.pickTarget('folder', '');
    if (typeof folder === 'string') sortStore.setState({ output: folder });
  };
  return (
    <div className={styles.output}>
      <TextInput
        label={t('sort.output')}
        description={t('sort.outputHint')}
        value={output}
        onChange={({ currentTarget }) => sortStore.setState({ output: currentTarget.value })}
      />
      {shell !== null && (
        <Button variant="default" onClick={() => void choose()}>
          {t('sort.chooseOutput')}
        </Button>
      )}
    </div>
  );
}
