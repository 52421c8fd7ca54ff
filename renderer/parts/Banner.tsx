import type { ReactNode } from 'react';
import styles from './Banner.module.css';

type BannerProps = {
  readonly tone: 'warning' | 'danger' | 'good';
  readonly role?: 'alert' | 'status';
  readonly children: ReactNode;
};

/** A sentence that should be seen before one goes on: a warning, a failure, or that all is well. */
export function Banner({ tone, role, children }: BannerProps) {
  return (
    <div className={styles.banner} data-tone={tone} role={role}>
      {children}
    </div>
  );
}
