import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useText } from '../lib/i18n/i18n.ts';
import { useFormat } from '../lib/use-format.ts';
import styles from './parts.module.css';

type TilePagesProps<T> = {
  readonly photos: readonly T[];
  readonly pageSize: number; // shown at first, and more at each wish
  readonly label?: string; // of the list, read out
  readonly render: (photo: T) => ReactNode;
};

/** Tiles of photos, a page at a time. */
export function TilePages<T extends { readonly imageId: string }>(props: TilePagesProps<T>) {
  const { photos, pageSize, label, render } = props;
  const t = useText('app');
  const format = useFormat();
  const [limit, setLimit] = useState(pageSize);
  const left = photos.length - limit;
  return (
    <>
      <ul className={styles.tiles} aria-label={label}>
        {photos.slice(0, limit).map((photo) => (
          <li key={photo.imageId}>{render(photo)}</li>
        ))}
      </ul>
      {left > 0 && (
        <Button size="compact-xs" variant="default" onClick={() => setLimit(limit + pageSize)}>
          {t('showMore', { shown: format.count(Math.min(pageSize, left)) })}
        </Button>
      )}
    </>
  );
}
