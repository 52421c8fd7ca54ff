import { type ComponentProps, useState } from 'react';
import { useStore } from 'zustand';
import { pictureTries } from '../lib/pictures.ts';
import styles from './parts.module.css';

type PictureProps = Omit<ComponentProps<'img'>, 'onError'> & { readonly alt: string };

/** A photo of the host. One that does not come leaves its place empty, and is asked for again after a lost connection. */
export function Picture({ className, alt, ...image }: PictureProps) {
  const tries = useStore(pictureTries, (state) => state.tries);
  const [failedAt, setFailedAt] = useState<number | null>(null);
  const isMissing = failedAt === tries;
  return (
    <img
      {...image}
      key={failedAt === null ? 0 : tries}
      alt={alt}
      className={[className, isMissing ? styles.missing : undefined].filter(Boolean).join(' ')}
      onError={() => setFailedAt(tries)}
    />
  );
}
