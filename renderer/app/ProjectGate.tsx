import { IconFolderX } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { ProjectState } from '../../shared/contract/shell.ts';
import { findShell } from '../lib/client/connection.ts';
import { useText } from '../lib/i18n/i18n.ts';
import { EmptyState } from '../parts/EmptyState.tsx';

type ProjectGateProps = { readonly children: ReactNode };

/** The view, unless the desktop shell could not open the project: then why, and what to do. */
export function ProjectGate({ children }: ProjectGateProps) {
  const t = useText('app');
  const errors = useText('errors');
  const state = useProjectState();
  if (state?.state !== 'failed') return children;
  const { folder, failure } = state;
  const open = (wanted?: string): void => void findShell()?.openProject(wanted);
  return (
    <EmptyState
      icon={<IconFolderX size={40} stroke={1.2} aria-hidden />}
      title={t('projectFailed', { reason: errors(failure.code) })}
      detail={failure.message}
      action={{ label: t('openAnother'), onClick: () => open() }}
      secondAction={{ label: t('tryAgain'), onClick: () => open(folder) }}
    />
  );
}

/** null: in a browser, or not told yet. */
export function useProjectState(): ProjectState | null {
  const [state, setState] = useState<ProjectState | null>(null);
  useEffect(() => {
    const shell = findShell();
    if (shell === null) return;
    void shell.projectState().then(setState);
    return shell.onProjectState(setState);
  }, []);
  return state;
}
