import { Button, NumberInput, TextInput } from '@mantine/core';
import { IconFlame } from '@tabler/icons-react';
import { useAction, useCommand, useJobs, useStartJob } from '../../lib/client/hooks.ts';
import { isTraining } from '../../lib/client/jobs-store.ts';
import { currentLanguage, useText } from '../../lib/i18n/i18n.ts';
import { goTo } from '../../lib/router.ts';
import { draftStore, toTrainInput } from './draft.ts';
import styles from './train.module.css';
import type { TrainPlan } from './use-train-plan.ts';

type TrainBarProps = { readonly plan: TrainPlan };

/** Name, seed and the button; where training cannot start, why. */
export function TrainBar({ plan }: TrainBarProps) {
  const t = useText('train');
  const { draft, freeze, isTrainable, problems, summary } = plan;
  const start = useStartJob('runs.train');
  const stop = useAction('jobs.stop', { isQuiet: true });
  const jobs = useJobs();
  const isBusy = jobs.some((job) => job.state === 'running' && isTraining(job));
  const isReadOnly = useCommand('project.info', {}).data?.readOnly === true;
  const isRefused = isReadOnly || isTrainable === false || summary.planned?.verdict.endsWith('short') === true;
  const notes = [
    ...(isTrainable === false ? problems.map((problem) => t(`problems.${problem}` as 'problems.no-classes')) : []),
    ...(isReadOnly ? [t('readOnly')] : []),
    ...(isBusy ? [t('alreadyTraining')] : []),
  ];
  const train = async (): Promise<void> => {
    // the engine does one job at a time, and nobody waits for a probe who has decided
    for (const { jobId, command, state } of jobs)
      if (command === 'library.probe' && state === 'running') stop.mutate({ jobId });
    const input = { ...toTrainInput(draft, freeze), language: currentLanguage() };
    const jobId = await start.mutateAsync(input).catch(() => null); // shown by useStartJob
    if (jobId !== null) goTo('run', jobId);
  };
  return (
    <div className={styles.trainBar}>
      <p role="status">{notes.join(' ')}</p>
      <NumberInput
        aria-label={t('seed')}
        leftSection={t('seedShort')}
        leftSectionWidth={52}
        value={draft.seed}
        min={0}
        max={2 ** 31}
        allowDecimal={false}
        className={styles.seed}
        onChange={(seed) => draftStore.setState({ seed: Number(seed) || 0 })}
      />
      <TextInput
        aria-label={t('name')}
        placeholder={t('name')}
        maxLength={120}
        value={draft.name}
        className={styles.name}
        onChange={(event) => draftStore.setState({ name: event.currentTarget.value })}
      />
      <Button
        size="md"
        leftSection={<IconFlame size={18} aria-hidden />}
        disabled={isRefused || isTrainable === null}
        loading={start.isPending}
        onClick={() => void train()}
      >
        {t('start')}
      </Button>
    </div>
  );
}
