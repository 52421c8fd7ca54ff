import { Button, CloseButton, Drawer, Group } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type Facts, isResumable, type RunRecord } from '../../../shared/domain/run.ts';
import { useCommand } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { goTo } from '../../lib/router.ts';
import { notableSettings, SETTING_NAMES } from '../../lib/run-settings.ts';
import { useFormat } from '../../lib/use-format.ts';
import { useSettingText } from '../../lib/use-setting-text.ts';
import { Banner } from '../../parts/Banner.tsx';
import { DepthBar } from '../../parts/DepthBar.tsx';
import { LogEntries } from '../../parts/LogEntries.tsx';
import { Said } from '../../parts/Said.tsx';
import { Stat } from '../../parts/Stat.tsx';
import { RunCurves } from './RunCurves.tsx';
import { RunFiles } from './RunFiles.tsx';
import { RunNames } from './RunNames.tsx';
import type { RunRow } from './run-rows.ts';
import styles from './runs.module.css';
import type { RunActions } from './use-run-actions.ts';

type RunDrawerProps = {
  readonly row: RunRow | null;
  readonly allTags: readonly string[];
  readonly actions: RunActions;
  readonly onClose: () => void;
};

/** All that is known about one run, beside the table. */
export function RunDrawer({ row, allTags, actions, onClose }: RunDrawerProps) {
  const t = useText('runs');
  const app = useText('app');
  return (
    <Drawer.Root
      opened={row !== null}
      onClose={onClose}
      position="right"
      size={520}
      padding="xl"
      lockScroll={false}
      transitionProps={{ duration: 150 }}
    >
      <Drawer.Overlay />
      <Drawer.Content aria-label={t('details')}>
        <Drawer.Body>
          <div className={styles.drawerHead}>
            <h2 className={styles.drawerTitle}>{t('details')}</h2>
            <CloseButton aria-label={app('close')} onClick={onClose} />
          </div>
          {row !== null && <RunDetails key={row.runId} row={row} allTags={allTags} actions={actions} />}
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}

type RunDetailsProps = Omit<RunDrawerProps, 'onClose' | 'row'> & { readonly row: RunRow };

function RunDetails({ row, allTags, actions }: RunDetailsProps) {
  const t = useText('runs');
  const { run } = row;
  return (
    <div className={styles.details}>
      <RunNames run={{ ...run, name: row.name }} allTags={allTags} actions={actions} />
      <Actions row={row} actions={actions} />
      {run.failure !== null && (
        <Banner tone="danger" role="alert">
          <Said text={run.failure.message} />
        </Banner>
      )}
      <Figures row={row} />
      <Part title={t('curves')}>
        <RunCurves runId={run.runId} />
      </Part>
      {row.status === 'done' && (
        <Part title={t('files')}>
          <RunFiles run={run} name={row.name} />
        </Part>
      )}
      <Settings run={run} />
      <Part title={t('log')}>
        <Log run={run} />
      </Part>
      <Part title={t('machine')}>
        <MachineFacts run={run} />
      </Part>
    </div>
  );
}

type ActionsProps = { readonly row: RunRow; readonly actions: RunActions };

function Actions({ row, actions }: ActionsProps) {
  const t = useText('runs');
  const isLive = row.status === 'running' || row.status === 'queued';
  return (
    <Group gap="xs">
      {isLive && (
        <Button size="xs" onClick={() => actions.watch(row.run)}>
          {t('openLive')}
        </Button>
      )}
      {isResumable(row.run) && (
        <Button size="xs" loading={actions.isResuming} onClick={() => actions.resume(row.runId)}>
          {t('resume')}
        </Button>
      )}
      {row.status === 'done' && (
        <>
          <Button size="xs" onClick={() => goTo('evaluate', row.runId)}>
            {t('evaluate')}
          </Button>
          <Button size="xs" variant="default" onClick={() => goTo('compare', row.runId)}>
            {t('compare')}
          </Button>
        </>
      )}
      {!isLive && (
        <Button size="xs" variant="default" onClick={() => actions.remove([row.runId])}>
          {t('delete')}
        </Button>
      )}
    </Group>
  );
}

function Figures({ row }: { readonly row: RunRow }) {
  const t = useText('runs');
  const format = useFormat();
  return (
    <>
      <div className={styles.figures}>
        <Stat
          label={t('column.accuracy')}
          shown={format.percent(row.accuracy)}
          interval={row.interval === null ? undefined : format.percentInterval(row.interval)}
        />
        <Stat
          label={t('column.epochs')}
          shown={t('epochsBest', { best: format.count(row.bestEpoch), epochs: format.count(row.epochs) })}
          hint={t('epochsHint')}
        />
        <Stat label={t('column.time')} shown={format.duration(row.elapsedMs)} />
        <Stat label={t('column.status')} shown={t(`status.${row.status}`)} />
      </div>
      <div className={styles.line}>
        <DepthBar depth={row.depth} />
        <span className={styles.quiet}>
          {t('started')}: {format.dateTime(row.run.startedAt)}
        </span>
      </div>
    </>
  );
}

function Settings({ run }: { readonly run: RunRecord }) {
  const t = useText('runs');
  const compare = useText('compare');
  const format = useFormat();
  const textOf = useSettingText();
  const [isOpen, setIsOpen] = useState(false);
  const names = isOpen ? SETTING_NAMES : notableSettings(run.config);
  return (
    <Part title={t('config')}>
      <FactList
        facts={Object.fromEntries(names.map((name) => [compare(`settings.${name}`), textOf(run.config, name)]))}
      />
      <Button size="compact-xs" variant="subtle" onClick={() => setIsOpen(!isOpen)}>
        {isOpen ? t('showLess') : t('showMore', { shown: format.count(SETTING_NAMES.length) })}
      </Button>
    </Part>
  );
}

function Log({ run }: { readonly run: RunRecord }) {
  const t = useText('runs');
  const entries = useCommand('runs.events', { runId: run.runId }).data ?? [];
  if (entries.length === 0) return <p className={styles.quiet}>{t('noLog')}</p>;
  return <LogEntries entries={entries} />;
}

const NAMED_FACTS = ['executor', 'trainer', 'node', 'weightsSha256'] as const;

/** What the run was trained by; facts that nobody named here keep the name that the engine gave. */
function MachineFacts({ run }: { readonly run: RunRecord }) {
  const t = useText('runs');
  const nameOf = (fact: string): string => {
    const known = NAMED_FACTS.find((one) => one === fact);
    return known === undefined ? fact : t(`facts.${known}`);
  };
  const facts = Object.entries({ ...run.device, ...run.versions }).map(([fact, value]) => [nameOf(fact), value]);
  return <FactList facts={{ [t('runId')]: run.runId, ...Object.fromEntries(facts) }} />;
}

function FactList({ facts }: { readonly facts: Facts }) {
  return (
    <dl className={styles.facts}>
      {Object.entries(facts).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value === null ? '–' : String(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

type PartProps = { readonly title: string; readonly children: ReactNode };

function Part({ title, children }: PartProps) {
  return (
    <section className={styles.part}>
      <h3 className={styles.partTitle}>{title}</h3>
      {children}
    </section>
  );
}
