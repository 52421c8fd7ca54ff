import { IconPhotoPlus } from '@tabler/icons-react';
import { addPhotos } from '../../lib/add-photos.ts';
import { useJobs, useStartJob } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { EmptyState } from '../../parts/EmptyState.tsx';

/** What an empty project says: what goes here, and the sample to try everything with. */
export function NoPhotos() {
  const t = useText('photos');
  const sample = useStartJob('project.add-sample');
  const isRunning = useJobs().some(
    ({ command, state }) => state === 'running' && (command === 'project.add-sample' || command === 'library.import'),
  );
  return (
    <EmptyState
      icon={<IconPhotoPlus size={48} stroke={1.2} aria-hidden />}
      title={t('emptyTitle')}
      detail={t('emptyDetail')}
      action={{ label: t('addFolder'), onClick: () => addPhotos('folder') }}
      secondAction={{ label: t('trySample'), onClick: () => sample.mutate({}), isBusy: sample.isPending || isRunning }}
    />
  );
}
