/** The photos of the project as one list, and what can be done to them; the list changes at once, the host confirms. */
import { type QueryClient, useQuery } from '@tanstack/react-query';
import type { Client } from '../../../shared/contract/commands.ts';
import { MOST_PHOTOS_A_PAGE, type Photo } from '../../../shared/contract/library.ts';
import type { ClassName, Sha256 } from '../../../shared/domain/ids.ts';
import { announce } from '../../lib/announce.ts';
import { ask, useAction, useHost } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';

const PHOTOS_KEY = ['library.photos'] as const;

/** Every photo, in the order in which they came. */
export async function readAllPhotos(client: Client): Promise<readonly Photo[]> {
  const photos: Photo[] = [];
  for (;;) {
    const page = await ask(client, 'library.photos', { offset: photos.length, limit: MOST_PHOTOS_A_PAGE });
    photos.push(...page.photos);
    if (page.photos.length === 0 || photos.length >= page.total) return photos;
  }
}

export function useAllPhotos() {
  const { client } = useHost();
  return useQuery({ queryKey: PHOTOS_KEY, queryFn: () => readAllPhotos(client) });
}

/**
 * Shows a change before the host has answered. A list that is on its way was asked for before it and would take it back for
 * a moment: that one is not waited for, since the host tells of the change, and the list is asked for again.
 */
export function showAtOnce(queries: QueryClient, imageIds: readonly Sha256[], part: Partial<Photo>): void {
  const ids = new Set<string>(imageIds);
  void queries.cancelQueries({ queryKey: PHOTOS_KEY });
  queries.setQueryData<readonly Photo[]>(PHOTOS_KEY, (photos) =>
    photos?.map((photo) => (ids.has(photo.imageId) ? { ...photo, ...part } : photo)),
  );
}

export type PhotoEdits = {
  readonly label: (imageIds: readonly Sha256[], className: ClassName | null) => void;
  readonly exclude: (imageIds: readonly Sha256[], isExcluded: boolean) => void;
  readonly undo: () => void;
  readonly redo: () => void;
};

/** Labels, leaving out, undo and redo; each is said to screen readers. */
export function usePhotoEdits(): PhotoEdits {
  const t = useText('photos');
  const format = useFormat();
  const { queries } = useHost();
  const label = useAction('library.label');
  const exclude = useAction('library.exclude');
  const undo = useAction('library.undo');
  const redo = useAction('library.redo');
  const onError = (): void => void queries.invalidateQueries({ queryKey: PHOTOS_KEY });
  return {
    label: (imageIds, className) => {
      if (imageIds.length === 0) return;
      showAtOnce(queries, imageIds, { className });
      const counted = { count: imageIds.length, shown: format.count(imageIds.length) };
      announce(className === null ? t('unlabelledDone', counted) : t('labelled', { ...counted, name: className }));
      label.mutate({ imageIds: [...imageIds], className }, { onError });
    },
    exclude: (imageIds, isExcluded) => {
      if (imageIds.length === 0) return;
      showAtOnce(queries, imageIds, { isExcluded });
      if (isExcluded) announce(t('excludedDone', { count: imageIds.length, shown: format.count(imageIds.length) }));
      exclude.mutate({ imageIds: [...imageIds], isExcluded }, { onError });
    },
    undo: () =>
      undo.mutate({}, { onSuccess: ({ done }) => announce(done === null ? t('nothingToUndo') : t('undone')) }),
    redo: () =>
      redo.mutate({}, { onSuccess: ({ done }) => announce(done === null ? t('nothingToRedo') : t('redone')) }),
  };
}
