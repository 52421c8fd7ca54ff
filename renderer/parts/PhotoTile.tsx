import { mediaUrl } from '../lib/media.ts';
import styles from './parts.module.css';

type PhotoTileProps = {
  readonly imageId: string;
  readonly alt: string;
  readonly sidePixels: number;
  readonly caption?: string | undefined;
  readonly badge?: { readonly text: string; readonly tone: 'good' | 'bad' | 'quiet' } | undefined;
  readonly onClick?: (() => void) | undefined;
};

/** A photo's thumbnail of a given side, cropped to a square; for galleries. */
export function PhotoTile({ imageId, alt, sidePixels, caption, badge, onClick }: PhotoTileProps) {
  const picture = (
    <img
      className={styles.tileImage}
      src={mediaUrl('thumb', imageId)}
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
        <button type="button" className={styles.tileButton} onClick={onClick}>
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
