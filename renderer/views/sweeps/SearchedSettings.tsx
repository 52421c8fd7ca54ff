import { ActionIcon, Button, Select, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { DimensionName } from '../../../shared/domain/sweep.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { type Problem, type Searched, type SweepDraft, sweepDraft } from './draft.ts';
import styles from './sweeps.module.css';
import { SEARCHABLE, useDimensionTexts } from './use-dimension-texts.ts';
import { useProblemText } from './use-problem-text.ts';

type SearchedSettingsProps = { readonly draft: SweepDraft; readonly problem: Problem | null };

/** Settings of the recipe that are searched for: values, or a range for random points. */
export function SearchedSettings({ draft: { searched }, problem }: SearchedSettingsProps) {
  const t = useText('sweeps');
  const left = SEARCHABLE.filter((name) => searched.every((one) => one.name !== name));
  const change = (at: number, next: Searched | null): void =>
    sweepDraft.setState({
      searched: searched.flatMap((one, index) => (index === at ? (next === null ? [] : [next]) : [one])),
    });
  return (
    <fieldset className={styles.searched}>
      <legend>{t('searched')}</legend>
      <p className={styles.quiet}>{t('searchedHint')}</p>
      {searched.map((one, at) => (
        <SearchedRow
          key={one.name}
          searched={one}
          names={[one.name, ...left]}
          problem={problem?.name === one.name ? problem : null}
          onChange={(next) => change(at, next)}
        />
      ))}
      {left[0] !== undefined && searched.length < 10 && (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => sweepDraft.setState({ searched: [...searched, { name: nextName(left), text: '' }] })}
        >
          {t('addSetting')}
        </Button>
      )}
    </fieldset>
  );
}

/** Those that people ask for first. */
function nextName(left: readonly DimensionName[]): DimensionName {
  const usual: readonly DimensionName[] = ['learningRate', 'weightDecay', 'batchSize', 'labelSmoothing', 'optimizer'];
  return usual.find((name) => left.includes(name)) ?? left[0]!;
}

type SearchedRowProps = {
  readonly searched: Searched;
  readonly names: readonly DimensionName[];
  readonly problem: Problem | null;
  readonly onChange: (next: Searched | null) => void;
};

function SearchedRow({ searched: { name, text }, names, problem, onChange }: SearchedRowProps) {
  const t = useText('sweeps');
  const { nameOf } = useDimensionTexts();
  const words = useProblemText(problem);
  return (
    <div className={styles.searchedRow}>
      <Select
        aria-label={t('setting')}
        allowDeselect={false}
        searchable
        data={names.map((value) => ({ value, label: nameOf(value) }))}
        value={name}
        onChange={(value) => value !== null && onChange({ name: value as DimensionName, text })}
      />
      <TextInput
        aria-label={t('valuesOf', { name: nameOf(name) })}
        placeholder={t('valuesExample')}
        value={text}
        error={text !== '' && words}
        onChange={(event) => onChange({ name, text: event.currentTarget.value })}
      />
      <ActionIcon aria-label={t('removeSetting', { name: nameOf(name) })} onClick={() => onChange(null)}>
        <IconTrash size={16} aria-hidden />
      </ActionIcon>
    </div>
  );
}
