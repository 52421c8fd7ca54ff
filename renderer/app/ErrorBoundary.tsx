import { Component, type ReactNode } from 'react';
import { copyText } from '../lib/clipboard.ts';
import { textOf } from '../lib/i18n/i18n.ts';
import { EmptyState } from '../parts/EmptyState.tsx';

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
    return (
      <EmptyState
        title={t('crashed')}
        detail={`${t('crashedDetail')} (${error.message})`}
        action={{ label: t('tryAgain'), onClick: () => this.setState({ error: null }) }}
        secondAction={{ label: t('copyDetails'), onClick: () => void copyText(error.stack ?? error.message) }}
      />
    );
  }
}
