import { Button } from '@mantine/core';
import { useState } from 'react';
import type { JobId } from '../../../shared/contract/jobs.ts';
import type { HealthReport, LabelClass, SplitComparison } from '../../../shared/contract/library.ts';
import { classColour } from '../../lib/class-colours.ts';
import { useCommand, useJob, useJobResult, useStartJob } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { Banner } from '../../parts/Banner.tsx';
import { ClassChip } from '../../parts/ClassChip.tsx';
import { Loading } from '../../parts/Loading.tsx';
import { PhotoTile } from '../../parts/PhotoTile.tsx';
import { Said } from '../../parts/Said.tsx';
import { Stat } from '../../parts/Stat.tsx';
import styles from './photos.module.css';

const PROBE_BACKBONE = 'tf_efficientnet_lite0';
const MOST_GROUPS = 20;

type HealthPanelProps = { readonly classes: readonly LabelClass[]; readonly onPick: (imageId: string) => void };

/** What a person should know about the photos before training. */
export function HealthPanel({ classes, onPick }: HealthPanelProps) {
  const t = useText('photos');
  const { data: health, error } = useCommand('library.health', {});
  if (error)
    return (
      <p className={styles.quiet}>
        <Said text={error.message} />
      </p>
    );
  if (health === undefined) return <Loading />;
  return (
    <>
      <div className={styles.problems}>
        {health.problems.map((problem) => (
          <Banner key={problem} tone="warning">
            {t(`problems.${problem}`)}
          </Banner>
        ))}
        {health.problems.length === 0 && health.trainable && <Banner tone="good">{t('ready')}</Banner>}
      </div>
      <Balance health={health} classes={classes} />
      <Rows title={t('conflicts')} hint={t('conflictsHint')} rows={health.conflicts} onPick={onPick} />
      <Rows title={t('bridges')} hint={t('bridgesHint')} rows={health.bridges} onPick={onPick} />
      <Groups health={health} onPick={onPick} />
      <Splits />
    </>
  );
}

type BalanceProps = { readonly health: HealthReport; readonly classes: readonly LabelClass[] };

function Balance({ health, classes }: BalanceProps) {
  const t = useText('photos');
  const format = useFormat();
  const colours = new Map<string, string>(classes.map(({ name, colour }, at) => [name, classColour(at, colour)]));
  const totals = health.classes.map(({ train, val, test }) => train + val + test);
  const most = Math.max(1, ...totals);
  return (
    <section>
      <h2 className={styles.partTitle}>{t('balance')}</h2>
      {health.classes.map(({ name }, at) => (
        <div key={name} className={styles.balanceRow}>
          <ClassChip name={name} colour={colours.get(name) ?? classColour(at, null)} />
          <svg className={styles.balanceBar} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
            <rect
              width={(100 * totals[at]!) / most}
              height="8"
              rx="1"
              fill={colours.get(name) ?? classColour(at, null)}
            />
          </svg>
          <span className={styles.sideCount}>{format.count(totals[at])}</span>
        </div>
      ))}
    </section>
  );
}

type RowsProps = {
  readonly title: string;
  readonly hint: string;
  readonly rows: readonly { readonly imageIds: readonly string[] }[];
  readonly onPick: (imageId: string) => void;
};

function Rows({ title, hint, rows, onPick }: RowsProps) {
  if (rows.length === 0) return null;
  return (
    <section>
      <h2 className={styles.partTitle}>{title}</h2>
      <p className={styles.quiet}>{hint}</p>
      <GroupTiles rows={rows} onPick={onPick} />
    </section>
  );
}

function GroupTiles({ rows, onPick }: Pick<RowsProps, 'rows' | 'onPick'>) {
  const t = useText('photos');
  return rows.slice(0, MOST_GROUPS).map(({ imageIds }) => (
    <div key={imageIds.join()} className={styles.alike}>
      {imageIds.slice(0, 5).map((id) => (
        <PhotoTile key={id} imageId={id} alt={t('photo')} sidePixels={48} onClick={() => onPick(id)} />
      ))}
    </div>
  ));
}

function Groups({ health, onPick }: Pick<RowsProps, 'onPick'> & { readonly health: HealthReport }) {
  const t = useText('photos');
  const format = useFormat();
  const search = useStartJob('library.find-duplicates');
  const counted = (count: number) => ({ count, shown: format.count(count) });
  return (
    <section>
      <h2 className={styles.partTitle}>{t('groups')}</h2>
      <p className={styles.quiet}>
        {health.groupCount === 0 ? t('noGroups') : t('groupsFound', counted(health.groupCount))}{' '}
        {health.exactDuplicates > 0 && t('exact', counted(health.exactDuplicates))}
      </p>
      <GroupTiles rows={health.groups} onPick={onPick} />
      <Button
        size="compact-sm"
        variant="default"
        loading={search.isPending}
        onClick={() => search.mutate({ backbone: PROBE_BACKBONE })}
      >
        {t('findMore')}
      </Button>
    </section>
  );
}

function Splits() {
  const t = useText('photos');
  const [jobId, setJobId] = useState<JobId | null>(null);
  const start = useStartJob('library.compare-splits');
  const isRunning = useJob(jobId)?.state === 'running';
  const result = useJobResult('library.compare-splits', jobId).data;
  return (
    <section>
      <h2 className={styles.partTitle}>{t('splits')}</h2>
      <p className={styles.quiet}>{t('splitsHint')}</p>
      {result !== undefined && <SplitFigures result={result} />}
      <Button
        size="compact-sm"
        variant="default"
        loading={start.isPending || isRunning}
        onClick={() => start.mutate({ backbone: PROBE_BACKBONE, seed: 0 }, { onSuccess: setJobId })}
      >
        {t('compareSplits')}
      </Button>
    </section>
  );
}

function SplitFigures({ result }: { readonly result: SplitComparison }) {
  const t = useText('photos');
  const format = useFormat();
  const { honest, random, difference, isRandomTooKind } = result;
  return (
    <>
      <div className={styles.splitFigures}>
        <Stat
          label={t('honest')}
          shown={format.percent(honest.accuracy)}
          interval={format.percentInterval(honest.interval)}
        />
        <Stat
          label={t('random')}
          shown={format.percent(random.accuracy)}
          interval={format.percentInterval(random.interval)}
        />
      </div>
      <p>{isRandomTooKind ? t('tooKind', { difference: format.percent(difference) }) : t('notTooKind')}</p>
    </>
  );
}
