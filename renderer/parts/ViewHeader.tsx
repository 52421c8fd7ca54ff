import type { ReactNode } from 'react';
import styles from './parts.module.css';

type ViewHeaderProps = { readonly title: string; readonly detail?: string; readonly children?: ReactNode };

/** Title of a view; actions on the right. */
export function ViewHeader({ title, detail, children }: ViewHeaderProps) {
  return (
    <div className={styles.viewHeader}>
      <div className={styles.viewTitles}>
        <h2 className={styles.viewTitle}>{title}</h2>
        {detail !== undefined && <p className={styles.viewDetail}>{detail}</p>}
      </div>
      <div className={styles.viewActions}>{children}</div>
    </div>
  );
}
