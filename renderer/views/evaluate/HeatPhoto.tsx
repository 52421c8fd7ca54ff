import { useEffect, useRef } from 'react';
import type { LookedAtPhoto } from '../../../shared/contract/looking.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { mediaUrl } from '../../lib/media.ts';
import { useFormat } from '../../lib/use-format.ts';
import styles from './look.module.css';

const MOST_OPAQUE = 0.75;

type HeatPhotoProps = {
  readonly photo: LookedAtPhoto;
  readonly classes: readonly string[];
  readonly isWarm: boolean;
};

/** One photo with what is warm laid over it, and the answers with a part blurred. */
export function HeatPhoto({ photo, classes, isWarm }: HeatPhotoProps) {
  const t = useText('evaluate');
  const format = useFormat();
  const { whole, withoutHot, withoutRest, crop, verdict } = photo;
  const told = ({ answer, probability }: typeof whole) => ({
    answer: classes[answer] ?? '–',
    percent: format.percent(probability, 0),
  });
  const percent = (share: number): string => `${100 * share}%`;
  const place = {
    left: percent(crop.left),
    top: percent(crop.top),
    width: percent(crop.width),
    height: percent(crop.height),
  };
  return (
    <figure className={styles.photo}>
      <div className={styles.picture}>
        <img src={mediaUrl('thumb', photo.imageId)} alt={t('looksAtAnswer', told(whole))} draggable={false} />
        <div className={styles.crop} style={place} aria-hidden="true">
          {isWarm && <Heat photo={photo} />}
        </div>
      </div>
      <figcaption className={styles.caption}>
        <strong>{t('looksAtAnswer', told(whole))}</strong>
        <span>{t('looksAtWithoutHot', told(withoutHot))}</span>
        <span>{t('looksAtWithoutRest', told(withoutRest))}</span>
        <span data-verdict={verdict}>{t(`looksAtVerdict.${verdict}`)}</span>
      </figcaption>
    </figure>
  );
}

function Heat({ photo: { heat, width, height } }: { readonly photo: LookedAtPhoto }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context == null) return;
    const colour = getComputedStyle(context.canvas).getPropertyValue('--heat');
    const values = atob(heat);
    context.clearRect(0, 0, width, height);
    context.fillStyle = colour;
    for (let at = 0; at < values.length; at += 1) {
      context.globalAlpha = (MOST_OPAQUE * values.charCodeAt(at)) / 255;
      context.fillRect(at % width, Math.floor(at / width), 1, 1);
    }
  }, [heat, width, height]);
  return <canvas ref={canvas} className={styles.heat} width={width} height={height} />;
}
