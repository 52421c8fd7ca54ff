import type { MediaKind } from '../../shared/contract/media.ts';
import { mediaUrl } from '../lib/media.ts';
import { Picture } from './Picture.tsx';
import styles from './parts.module.css';

type PhotoTileProps = {
  readonly imageId: string;
  readonly media?: MediaKind; // what `imageId` is the key of; a thumbnail unless told
  readonly alt: string;
  readonly sidePixels: number;
  readonly caption?: string | undefined;
  readonly badge?: { readonly text: string; readonly tone: 'good' | 'bad' | 'quiet' } | undefined;
  readonly onClick?: (() => void) | undefined;
  readonly isChosen?: boolean; // of a tile that is chosen by a click
};

/** A photo's thumbnail of a given side, cropped to a square; for galleries. */
export function PhotoTile({
  imageId,
  media = 'thumb',
  alt,
  sidePixels,
  caption,
  badge,
  onClick,
  isChosen,
}: PhotoTileProps) {
  const picture = (
    <Picture
      className={styles.tileImage}
      src={mediaUrl(media, imageId)}
      alt={alt}
      width={sidePixels}
      height={sidePixels}
      loading="lazy"
      decoding="async"
      draggable={false}
    />
  );
  return (
    <figure className={styles.tile} style={{ width: sidePixels }}>
      {onClick === undefined ? (
        picture
      ) : (
        <button type="button" className={styles.tileButton} aria-pressed={isChosen} onClick={onClick}>
          {picture}
        </button>
      )}
      {badge !== undefined && (
        <span className={styles.tileBadge} data-tone={badge.tone}>
          {badge.text}
        </span>
      )}
      {caption !== undefined && <figcaption className={styles.tileCaption}>{caption}</figcaption>}
    </figure>
  );
}
