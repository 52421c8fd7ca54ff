import { Button } from '@mantine/core';
import { IconFlame, IconFolderPlus, IconLayoutGrid, IconPhotoPlus, IconWand } from '@tabler/icons-react';
import { addPhotos } from '../../lib/add-photos.ts';
import { useJobs, useStartJob } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { RecentProjects } from './RecentProjects.tsx';
import styles from './start.module.css';

/** An empty project: what this program does, where photos go, and a sample to try everything with. */
export function FirstStart() {
  const t = useText('start');
  return (
    <div className={styles.page}>
      <div className={styles.intro}>
        <h2 className={styles.title}>{t('title')}</h2>
        <p className={styles.quiet}>{t('detail')}</p>
      </div>
      <div className={styles.ways}>
        <DropHere />
        <Sample />
      </div>
      <Steps />
      <RecentProjects />
    </div>
  );
}

function DropHere() {
  const t = useText('start');
  return (
    <section className={styles.drop} aria-labelledby="start-drop">
      <IconPhotoPlus size={40} stroke={1.3} aria-hidden />
      <h3 id="start-drop" className={styles.cardTitle}>
        {t('drop')}
      </h3>
      <p className={styles.quiet}>{t('dropDetail')}</p>
      <div className={styles.buttons}>
        <Button leftSection={<IconFolderPlus size={16} aria-hidden />} onClick={() => addPhotos('folder')}>
          {t('chooseFolder')}
        </Button>
        <Button
          variant="default"
          leftSection={<IconPhotoPlus size={16} aria-hidden />}
          onClick={() => addPhotos('files')}
        >
          {t('chooseFiles')}
        </Button>
      </div>
    </section>
  );
}

function Sample() {
  const t = useText('start');
  const sample = useStartJob('project.add-sample');
  const isRunning = useJobs().some(
    ({ command, state }) => state === 'running' && (command === 'project.add-sample' || command === 'library.import'),
  );
  return (
    <section className={styles.sample} aria-labelledby="start-sample">
      <h3 id="start-sample" className={styles.cardTitle}>
        {t('sample')}
      </h3>
      <p className={styles.quiet}>{t('sampleDetail')}</p>
      <Button variant="default" loading={sample.isPending || isRunning} onClick={() => sample.mutate({})}>
        {t('trySample')}
      </Button>
    </section>
  );
}

const STEPS = [
  { step: 'photos', Icon: IconLayoutGrid },
  { step: 'train', Icon: IconFlame },
  { step: 'use', Icon: IconWand },
] as const;

function Steps() {
  const t = useText('start');
  const app = useText('app');
  return (
    <ol className={styles.steps} aria-label={t('steps')}>
      {STEPS.map(({ step, Icon }, at) => (
        <li key={step} className={styles.step}>
          <span className={styles.stepHead}>
            <Icon size={18} stroke={1.6} aria-hidden />
            {t('stepName', { number: at + 1, name: app(step) })}
          </span>
          <span className={styles.quiet}>{t(`stepDetail.${step}`)}</span>
        </li>
      ))}
    </ol>
  );
}
