/** Packs: a project, or a part of one, as a single file. */
import { useCallback } from 'react';
import { findShell } from './client/connection.ts';
import { useStartJob } from './client/hooks.ts';
import { goTo } from './router.ts';

export const PACK_SUFFIX = '.thawpack';

export const isPackName = (path: string): boolean => path.toLowerCase().endsWith(PACK_SUFFIX);

/** Takes a pack in and goes to where it is told how that ended. */
export function useImportPack(): (path: string) => void {
  const { mutate } = useStartJob('project.unpack');
  return useCallback(
    (path) => {
      goTo('settings', 'packs');
      mutate({ path });
    },
    [mutate],
  );
}

/** Asks the shell for a pack and takes that in; nothing where none is chosen. */
export async function choosePack(take: (path: string) => void): Promise<void> {
  const file = (await findShell()?.pickPack()) ?? null;
  if (file !== null) take(file);
}
