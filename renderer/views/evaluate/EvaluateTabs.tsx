import { Anchor, Tabs } from '@mantine/core';
import { type ComponentType, useState } from 'react';
import { useText } from '../../lib/i18n/i18n.ts';
import { goTo, routeHash } from '../../lib/router.ts';
import { useRunName } from '../../lib/use-run-name.ts';
import { ViewHeader } from '../../parts/ViewHeader.tsx';
import { AnswersTab } from './AnswersTab.tsx';
import { CropsTab } from './crops/CropsTab.tsx';
import { EnsembleTab } from './ensemble/EnsembleTab.tsx';
import styles from './evaluate.module.css';
import { MistakesTab } from './judging/MistakesTab.tsx';
import { NeitherTab } from './judging/NeitherTab.tsx';
import type { TabProps } from './tab-props.ts';

type TabId = 'answers' | 'labels' | 'neither' | 'crops' | 'ensemble';

/** In their order; `id` is part of the address, and the text is `tabs.id`. */
const tabs: readonly { readonly id: TabId; readonly Tab: ComponentType<TabProps> }[] = [
  { id: 'answers', Tab: AnswersTab },
  { id: 'labels', Tab: MistakesTab },
  { id: 'neither', Tab: NeitherTab },
  { id: 'crops', Tab: CropsTab },
  { id: 'ensemble', Tab: EnsembleTab },
];

type EvaluateTabsProps = TabProps & { readonly tab: string | undefined };

/** One run, one question a tab. A tab that was opened stays as it was left. */
export function EvaluateTabs({ tab, ...props }: EvaluateTabsProps) {
  const t = useText('evaluate');
  const nameOf = useRunName();
  const current = tabs.find(({ id }) => id === tab)?.id ?? 'answers';
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set([current]));
  if (!opened.has(current)) setOpened(new Set([...opened, current]));
  const { runId } = props.run;
  return (
    <Tabs
      className={styles.view}
      value={current}
      keepMounted
      onChange={(next) => goTo('evaluate', runId, ...(next === 'answers' || next === null ? [] : [next]))}
    >
      <ViewHeader title={t('titleOf', { name: nameOf(props.run) })}>
        <Anchor href={routeHash(['runs'])} size="sm">
          {t('details')}
        </Anchor>
      </ViewHeader>
      {tabs.length > 1 && (
        <Tabs.List className={styles.tabs} aria-label={t('questions')}>
          {tabs.map(({ id }) => (
            <Tabs.Tab key={id} value={id}>
              {t(`tabs.${id}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      )}
      {tabs.map(({ id, Tab }) => (
        <Tabs.Panel key={id} value={id}>
          {opened.has(id) && <Tab {...props} />}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
