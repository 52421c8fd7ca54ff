import { ActionIcon, SegmentedControl } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import type { LabelClass, Photo } from '../../../shared/contract/library.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { HealthPanel } from './HealthPanel.tsx';
import { Inspector } from './Inspector.tsx';
import styles from './photos.module.css';

type PhotoAsideProps = {
  readonly photo: Photo | null;
  readonly chosen: readonly Photo[];
  readonly classes: readonly LabelClass[];
  readonly onExclude: (isExcluded: boolean) => void;
  readonly onPick: (imageId: string) => void;
  readonly onClose: () => void;
};

/** Beside the grid (over it in a narrow window): what is chosen, or the health of all photos. */
export function PhotoAside({ photo, chosen, classes, onExclude, onPick, onClose }: PhotoAsideProps) {
  const t = useText('photos');
  const app = useText('app');
  const [tab, setTab] = useState('photo');
  const tabs = [
    { value: 'photo', label: t('photo') },
    { value: 'health', label: t('health') },
  ];
  return (
    <aside className={styles.aside} aria-label={t('details')}>
      <div className={styles.asideHead}>
        <SegmentedControl size="xs" fullWidth value={tab} onChange={setTab} data={tabs} aria-label={t('details')} />
        <ActionIcon className={styles.asideClose} aria-label={app('close')} onClick={onClose}>
          <IconX size={16} aria-hidden />
        </ActionIcon>
      </div>
      {tab === 'photo' ? (
        <Inspector photo={photo} chosen={chosen} classes={classes} onExclude={onExclude} onPick={onPick} />
      ) : (
        <HealthPanel
          classes={classes}
          onPick={(imageId) => {
            setTab('photo');
            onPick(imageId);
          }}
        />
      )}
    </aside>
  );
}
