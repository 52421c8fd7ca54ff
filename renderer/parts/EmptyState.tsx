import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import styles from './parts.module.css';
import { Said } from './Said.tsx';

export type EmptyAction = { readonly label: string; readonly onClick: () => void; readonly isBusy?: boolean };
type EmptyStateProps = {
  readonly icon?: ReactNode;
  readonly title: string;
  readonly detail: string;
  readonly action?: EmptyAction;
  readonly secondAction?: EmptyAction;
};

/** Says what goes here and offers the one next action. */
export function EmptyState({ icon, title, detail, action, secondAction }: EmptyStateProps) {
  return (
    <div className={styles.empty}>
      {icon !== undefined && <div className={styles.emptyIcon}>{icon}</div>}
      <h2 className={styles.emptyTitle}>{title}</h2>
      <p className={styles.emptyDetail}>
        <Said text={detail} />
      </p>
      <div className={styles.emptyActions}>
        {action !== undefined && (
          <Button onClick={action.onClick} loading={action.isBusy === true}>
            {action.label}
          </Button>
        )}
        {secondAction !== undefined && (
          <Button variant="default" onClick={secondAction.onClick} loading={secondAction.isBusy === true}>
            {secondAction.label}
          </Button>
        )}
      </div>
    </div>
  );
}
