import { TagsInput, Textarea, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { RunRecord } from '../../../shared/domain/run.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import type { RunActions } from './use-run-actions.ts';

type RunNamesProps = { readonly run: RunRecord; readonly allTags: readonly string[]; readonly actions: RunActions };

/** Name, tags and note of a run; saved as soon as one leaves them. */
export function RunNames({ run, allTags, actions }: RunNamesProps) {
  const t = useText('runs');
  const [name, setName] = useState(run.name);
  const [note, setNote] = useState(run.note);
  const save = (): void => {
    if (name.trim() !== '' && name !== run.name) actions.rename(run.runId, name);
    if (note !== run.note) actions.setNote(run.runId, note);
  };
  useOnLeave(save);
  return (
    <>
      <TextInput
        label={t('column.name')}
        maxLength={120}
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !event.nativeEvent.isComposing) event.currentTarget.blur();
        }}
        onBlur={() => {
          if (name.trim() === '') setName(run.name);
          save();
        }}
      />
      <TagsInput
        label={t('tags')}
        placeholder={run.tags.length === 0 ? t('tagsHint') : ''}
        data={[...allTags]}
        value={[...run.tags]}
        maxTags={20}
        onChange={(tags) => actions.setTags(run.runId, tags)}
      />
      <Textarea
        label={t('note')}
        placeholder={t('noteHint')}
        autosize
        minRows={2}
        maxRows={8}
        maxLength={4000}
        value={note}
        onChange={({ currentTarget }) => setNote(currentTarget.value)}
        onBlur={save}
      />
    </>
  );
}

/** Runs when the component goes, as it was rendered last: Escape closes the drawer without a blur. */
function useOnLeave(save: () => void): void {
  const latest = useRef(save);
  latest.current = save;
  useEffect(() => () => latest.current(), []);
}
