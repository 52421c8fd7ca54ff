import { Button, Modal, Select, Switch } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { CommandOutput } from '../../../shared/contract/commands.ts';
import type { JobId } from '../../../shared/contract/jobs.ts';
import { MOST_LOOKED_AT } from '../../../shared/contract/looking.ts';
import { RunId, Sha256, StageId } from '../../../shared/domain/ids.ts';
import { wilsonInterval } from '../../../shared/math/statistics.ts';
import { useJob, useJobResult, useStartJob } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { Banner } from '../../parts/Banner.tsx';
import { Said } from '../../parts/Said.tsx';
import { HeatPhoto } from './HeatPhoto.tsx';
import styles from './look.module.css';

type Looked = CommandOutput<'runs.look'>;
type LookModalProps = {
  readonly runId: string;
  readonly imageIds: readonly string[];
  readonly isTest: boolean;
  readonly onClose: () => void;
};

/** Where a run looks in some photos, and whether its answers hang on it; a look at test photos waits for a click. */
export function LookModal({ runId, imageIds, isTest, onClose }: LookModalProps) {
  const t = useText('evaluate');
  const app = useText('app');
  const [stage, setStage] = useState<string | null>(null);
  const [jobId, setJobId] = useState<JobId | null>(null);
  const [hasAgreed, setHasAgreed] = useState(!isTest);
  const starting = useStartJob('runs.look');
  const job = useJob(jobId);
  const { data } = useJobResult('runs.look', jobId);
  const [looked, setLooked] = useState<Looked | null>(null);
  const { mutate } = starting;
  useEffect(() => {
    if (!hasAgreed) return;
    const input = {
      runId: RunId.parse(runId),
      imageIds: imageIds.slice(0, MOST_LOOKED_AT).map((id) => Sha256.parse(id)),
      stage: stage === null ? null : StageId.parse(stage),
      target: null,
    };
    mutate(input, { onSuccess: setJobId });
  }, [hasAgreed, stage, runId, imageIds, mutate]);
  useEffect(() => {
    if (data !== undefined) setLooked(data); // what was seen stays until there is news
  }, [data]);
  return (
    <Modal opened onClose={onClose} title={t('looksAt')} size="xl" closeButtonProps={{ 'aria-label': app('close') }}>
      <p className={styles.hint}>{t('looksAtHint')}</p>
      {!hasAgreed && (
        <Button size="xs" onClick={() => setHasAgreed(true)}>
          {t('looksAtTest')}
        </Button>
      )}
      {hasAgreed && job !== null && job.failure !== null && (
        <Banner tone="danger" role="alert">
          <Said text={job.failure.message} />
        </Banner>
      )}
      {hasAgreed && job?.state !== 'done' && job?.failure == null && <Progress job={job} />}
      {looked !== null && <Photos looked={looked} onStage={setStage} asked={imageIds.length} />}
    </Modal>
  );
}

function Progress({ job }: { readonly job: ReturnType<typeof useJob> }) {
  const app = useText('app');
  const format = useFormat();
  const progress = job?.progress ?? null;
  const far = progress?.total == null ? '' : ` ${format.count(progress.done)} / ${format.count(progress.total)}`;
  return (
    <p className={styles.hint} role="status">
      {app('loading')}
      {far}
    </p>
  );
}

type PhotosProps = {
  readonly looked: Looked;
  readonly asked: number;
  readonly onStage: (stage: string) => void;
};

function Photos({ looked, asked, onStage }: PhotosProps) {
  const t = useText('evaluate');
  const format = useFormat();
  const [isWarm, setIsWarm] = useState(true);
  const total = looked.photos.length;
  const count = looked.photos.filter(({ verdict }) => verdict === 'background').length;
  const interval = format.percentInterval(wilsonInterval(count, total));
  return (
    <>
      <div className={styles.bar}>
        <Select
          size="xs"
          label={t('looksAtStage')}
          data={looked.stages}
          value={looked.stage}
          allowDeselect={false}
          comboboxProps={{ withinPortal: false }}
          onChange={(stage) => stage !== null && onStage(stage)}
        />
        <Switch
          size="xs"
          label={t('looksAtHeat')}
          checked={isWarm}
          onChange={(event) => setIsWarm(event.currentTarget.checked)}
        />
      </div>
      {total > 0 && (
        <p className={styles.sentence}>
          {t('looksAtSome', { count, shown: format.count(count), total: format.count(total), interval })}
        </p>
      )}
      {asked > MOST_LOOKED_AT && <p className={styles.hint}>{t('looksAtMost', { shown: format.count(total) })}</p>}
      <ul className={styles.photos}>
        {looked.photos.map((photo) => (
          <li key={photo.imageId}>
            <HeatPhoto photo={photo} classes={looked.classes} isWarm={isWarm} />
          </li>
        ))}
      </ul>
    </>
  );
}
