import { Button } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import { useCommand, useStartJob } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useSaid } from '../../lib/i18n/use-said.ts';
import { goTo } from '../../lib/router.ts';
import { useFormat } from '../../lib/use-format.ts';
import type { Meaning } from './draft.ts';
import { PlaceChoice } from './PlaceChoice.tsx';
import { toSweepPlace, usePlaces } from './places.ts';
import styles from './sweeps.module.css';
import { useDimensionTexts } from './use-dimension-texts.ts';
import { useProblemText } from './use-problem-text.ts';

type StartBarProps = { readonly meaning: Meaning };

/** How many trainings that is, where they run, and the button. */
export function StartBar({ meaning }: StartBarProps) {
  const t = useText('sweeps');
  const { cluster } = usePlaces();
  const [place, setPlace] = useState('auto');
  const start = useStartJob('sweeps.run');
  const spec = 'spec' in meaning ? meaning.spec : null;
  const preview = useCommand('sweeps.preview', spec === null ? null : { spec }, { keepsPrevious: true });
  const health = useCommand('library.health', {}).data;
  const isReadOnly = useCommand('project.info', {}).data?.readOnly === true;
  const canStart = spec !== null && preview.error === null && health?.trainable === true && !isReadOnly;
  const run = async (): Promise<void> => {
    if (spec === null) return;
    const jobId = await start.mutateAsync({ sweep: { spec }, place: toSweepPlace(place, cluster) }).catch(() => null);
    if (jobId !== null) goTo('sweeps', jobId); // a failure is shown by useStartJob
  };
  return (
    <div className={styles.bar}>
      <p role="status">
        <Counted meaning={meaning} preview={preview} />
        {health?.trainable === false && ` ${t('notTrainable')}`}
        {isReadOnly && ` ${t('readOnly')}`}
      </p>
      <PlaceChoice place={place} onChange={setPlace} />
      <Button
        size="md"
        leftSection={<IconPlayerPlay size={18} aria-hidden />}
        disabled={!canStart}
        loading={start.isPending}
        onClick={() => void run()}
      >
        {t('start')}
      </Button>
    </div>
  );
}

type CountedProps = StartBarProps & { readonly preview: ReturnType<typeof useCommand<'sweeps.preview'>> };

function Counted({ meaning, preview }: CountedProps) {
  const t = useText('sweeps');
  const errors = useText('errors');
  const said = useSaid();
  const format = useFormat();
  const { nameOf } = useDimensionTexts();
  const problem = useProblemText('problem' in meaning ? meaning.problem : null);
  if ('problem' in meaning) {
    const { name } = meaning.problem;
    return name === null ? problem : `${nameOf(name)}: ${problem}`;
  }
  if (preview.error !== null) return `${errors(preview.error.failure.code)}: ${said(preview.error.message)}`;
  if (preview.data === undefined) return '';
  const { points, trials } = preview.data;
  return t('count', { count: trials, shown: format.count(trials), points: format.count(points) });
}
