import { IconPlugConnectedX } from '@tabler/icons-react';
import { Component, type ReactNode } from 'react';
import { copyText } from '../lib/clipboard.ts';
import { textOf } from '../lib/i18n/i18n.ts';
import { EmptyState } from '../parts/EmptyState.tsx';

// what Chromium, Firefox, Safari and Vite say when a view's code does not come
const NOT_LOADED = /dynamically imported module|Importing a module script failed|Unable to preload CSS/;

/** Loads the page anew, but only where somebody answers: else the browser's own page would take its place. */
async function reloadOnceServed(): Promise<void> {
  const answer = await fetch(location.href, { method: 'HEAD', cache: 'no-store' }).catch(() => null);
  if (answer?.ok === true) location.reload();
}

type Props = { readonly children: ReactNode };
type State = { readonly error: Error | null };

/** Keeps a mistake in one view from taking the window with it. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    const t = textOf('app');
    const copy = { label: t('copyDetails'), onClick: () => void copyText(error.stack ?? error.message) };
    if (NOT_LOADED.test(error.message)) {
      return (
        <EmptyState
          icon={<IconPlugConnectedX size={40} stroke={1.2} aria-hidden />}
          title={t('notLoaded')}
          detail={t('notLoadedDetail')}
          action={{ label: t('tryAgain'), onClick: () => void reloadOnceServed() }}
          secondAction={copy}
        />
      );
    }
    return (
      <EmptyState
        title={t('crashed')}
        detail={`${t('crashedDetail')} (${error.message})`}
        action={{ label: t('tryAgain'), onClick: () => this.setState({ error: null }) }}
        secondAction={copy}
      />
    );
  }
}
