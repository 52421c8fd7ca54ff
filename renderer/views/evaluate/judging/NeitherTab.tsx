import { Button, Select } from '@mantine/core';
import { IconFolderOpen } from '@tabler/icons-react';
import { useState } from 'react';
import type { CommandInput } from '../../../../shared/contract/commands.ts';
import { ClassName } from '../../../../shared/domain/ids.ts';
import { findNeitherClass } from '../../../../shared/domain/judging.ts';
import type { RunRecord } from '../../../../shared/domain/run.ts';
import { choosePhotos } from '../../../lib/add-photos.ts';
import { useCommand } from '../../../lib/client/hooks.ts';
import { useText } from '../../../lib/i18n/i18n.ts';
import { useFormat } from '../../../lib/use-format.ts';
import { Banner } from '../../../parts/Banner.tsx';
import { Panel } from '../../../parts/Panel.tsx';
import { Said } from '../../../parts/Said.tsx';
import styles from '../evaluate.module.css';
import type { TabProps } from '../tab-props.ts';
import { DialPanel } from './DialPanel.tsx';
import own from './judging.module.css';
import { ReliabilityPanel } from './ReliabilityPanel.tsx';
import { ScoresPanel } from './ScoresPanel.tsx';
import { StrangersPanel } from './StrangersPanel.tsx';
import { type JobOfRun, useJobOfRun } from './use-job-of-run.ts';

/** How far the run's probabilities can be believed, and where a photo is called neither. */
export function NeitherTab({ run }: TabProps) {
  const calibration = useJobOfRun('runs.calibrate', run.runId);
  const { output } = calibration;
  return (
    <div className={styles.body}>
      <MeasurePanel run={run} calibration={calibration} />
      {output !== undefined && (
        <>
          <DialPanel report={output} />
          <div className={styles.columns}>
            <ReliabilityPanel report={output} />
            <ScoresPanel report={output} />
          </div>
        </>
      )}
      <StrangersPanel run={run} />
    </div>
  );
}

const NO_CLASS = '\u0000none'; // no class name has a control character

type MeasureProps = { readonly run: RunRecord; readonly calibration: JobOfRun<'runs.calibrate'> };

function MeasurePanel({ run, calibration }: MeasureProps) {
  const t = useText('judging');
  const format = useFormat();
  const classes = useCommand('library.classes', {}).data?.classes.map(({ name }) => name as string) ?? [];
  const [paths, setPaths] = useState<readonly string[]>([]);
  const [wish, setWish] = useState<string | null>(null); // null: the one that is found by its name
  const neither = wish ?? findNeitherClass(classes) ?? NO_CLASS;
  const { isRunning, share, failure, start, output } = calibration;
  const measure = (): void => {
    const neitherClass = neither === NO_CLASS ? null : ClassName.parse(neither);
    start({ runId: run.runId, strangers: [...paths], neitherClass } satisfies CommandInput<'runs.calibrate'>);
  };
  return (
    <Panel title={t('measure')}>
      <p className={styles.hint}>{t('measureHint')}</p>
      <div className={own.bar}>
        <Select
          size="xs"
          label={t('neitherClass')}
          data={[...classes, { value: NO_CLASS, label: t('noNeither') }]}
          value={neither}
          allowDeselect={false}
          onChange={setWish}
        />
        <Button
          size="xs"
          variant="default"
          leftSection={<IconFolderOpen size={14} aria-hidden />}
          onClick={() => choosePhotos('folder', setPaths)}
        >
          {paths.length === 0 ? t('chooseStrangers') : t('otherStrangers')}
        </Button>
        <Button size="xs" loading={isRunning} onClick={measure}>
          {output === undefined ? t('measureNow') : t('measureAgain')}
        </Button>
        {isRunning && <span role="status">{share === null ? t('measuring') : format.percent(share, 0)}</span>}
      </div>
      {paths.length > 0 && <p className={own.path}>{t('strangersFrom', { path: paths[0]! })}</p>}
      {failure !== null && !isRunning && (
        <Banner tone="danger" role="alert">
          <Said text={failure.message} />
        </Banner>
      )}
    </Panel>
  );
}
