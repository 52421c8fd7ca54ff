import { Button, Tooltip } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import type { DrawnParameter } from '../../../shared/contract/augmenting.ts';
import type { AugmentationPolicy } from '../../../shared/domain/augmentation.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { useCommand } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { mediaUrl } from '../../lib/media.ts';
import { useFormat } from '../../lib/use-format.ts';
import styles from './train.module.css';

export type Extreme = { readonly name: string; readonly end: 'low' | 'high'; readonly title: string };

type PreviewsProps = {
  readonly policy: AugmentationPolicy;
  readonly backbone: string;
  readonly extreme: Extreme | null;
};

const PHOTOS = 3;
const PICTURES_EACH = 4;
const CALM_MS = 180; // a slider is moved: the newest wins

/** Three photos of the project, four draws of each; while a strength is held, its end. */
export function Previews({ policy, backbone, extreme }: PreviewsProps) {
  const t = useText('train');
  const format = useFormat();
  const [seed, setSeed] = useState(0);
  const [calm] = useDebouncedValue(JSON.stringify({ policy, extreme }), CALM_MS);
  const asked = JSON.parse(calm) as { policy: AugmentationPolicy; extreme: Extreme | null };
  const { data: listed } = useCommand('library.photos', { offset: 0, limit: 200 });
  const photos = (listed?.photos ?? []).filter(({ side, isExcluded }) => side === 'train' && !isExcluded);
  const chosen = photos.filter((_, at) => at % Math.max(1, Math.floor(photos.length / PHOTOS)) === 0).slice(0, PHOTOS);
  const { data } = useCommand(
    'augment.preview',
    {
      imageIds: chosen.map(({ imageId }) => imageId),
      policy: asked.policy,
      seed,
      count: PICTURES_EACH,
      cropSize: findNetwork(backbone).preprocessing.cropSize,
      extreme: asked.extreme === null ? null : { name: asked.extreme.name, end: asked.extreme.end },
    },
    { isEnabled: chosen.length > 0, keepsPrevious: true },
  );
  const shown = ({ name, value, unit }: DrawnParameter): string =>
    `${name} ${typeof value === 'number' ? format.number(value) : String(value)}${unit === null ? '' : ` ${unit}`}`;
  return (
    <>
      <p className={styles.presetTitle}>
        {extreme === null
          ? t('previews')
          : t(extreme.end === 'high' ? 'extremeHigh' : 'extremeLow', { name: extreme.title })}
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconRefresh size={14} aria-hidden />}
          onClick={() => setSeed(seed + 1)}
        >
          {t('previewAgain')}
        </Button>
      </p>
      <ul className={styles.previewGrid} aria-label={t('previews')}>
        {(data?.pictures ?? []).map(({ key, parameters }, at) => {
          const text = parameters.map(shown).join(', ');
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: places of a grid; equal pictures may come twice
            <li key={at}>
              <Tooltip label={text === '' ? '–' : text}>
                <img src={mediaUrl('preview', key)} alt={t('previewAlt', { parameters: text })} draggable={false} />
              </Tooltip>
            </li>
          );
        })}
      </ul>
    </>
  );
}
