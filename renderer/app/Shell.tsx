import { Suspense, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import { announcements } from '../lib/announce.ts';
import type { LineState } from '../lib/client/frame-client.ts';
import { useRoute } from '../lib/router.ts';
import { Loading } from '../parts/Loading.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { useMenuCommands, useSettingsEffects, useShellFailures, useShellShortcuts } from './effects.ts';
import { FileDrop } from './FileDrop.tsx';
import { Imports } from './Imports.tsx';
import { ProjectGate } from './ProjectGate.tsx';
import { Rail } from './Rail.tsx';
import styles from './Shell.module.css';
import { ShortcutSheet } from './ShortcutSheet.tsx';
import { StatusLine } from './StatusLine.tsx';
import { TopBar } from './TopBar.tsx';
import { findView } from './views.ts';

type ShellProps = {
  readonly lineState: () => LineState;
  readonly onLineState: (listener: () => void) => () => void;
};

/** Rail, top bar, the view, and the status line. */
export function Shell({ lineState, onLineState }: ShellProps) {
  const route = useRoute();
  const entry = findView(route.view);
  const line = useSyncExternalStore(onLineState, lineState);
  useSettingsEffects();
  useShellShortcuts();
  useMenuCommands();
  useShellFailures();
  return (
    <div className={styles.shell}>
      <Imports />
      <Rail current={entry.under ?? entry.id} />
      <TopBar />
      <main className={styles.view} tabIndex={-1}>
        <ErrorBoundary key={entry.id}>
          <ProjectGate>
            <Suspense fallback={<Loading />}>
              <entry.View route={route} />
            </Suspense>
          </ProjectGate>
        </ErrorBoundary>
      </main>
      <StatusLine line={line} />
      <FileDrop />
      <ShortcutSheet />
      <Announcer />
    </div>
  );
}

function Announcer() {
  const { text, at } = useStore(announcements);
  return (
    <output className={styles.announcer} aria-live="polite">
      <span key={at}>{text}</span>
    </output>
  );
}
