import { type ReactNode, useId } from 'react';
import styles from './parts.module.css';

type PanelProps = {
  readonly title?: string;
  readonly aside?: ReactNode; // right of the title
  readonly children: ReactNode;
  readonly className?: string | undefined;
};

/** A titled part of a view. */
export function Panel({ title, aside, children, className }: PanelProps) {
  const id = useId();
  return (
    <section
      className={className === undefined ? styles.panel : `${styles.panel} ${className}`}
      aria-labelledby={title === undefined ? undefined : id}
    >
      {title !== undefined && (
        <div className={styles.panelHead}>
          <h3 id={id} className={styles.panelTitle}>
            {title}
          </h3>
          {aside}
        </div>
      )}
      {children}
    </section>
  );
}
