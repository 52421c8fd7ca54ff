import type { Settings } from '../../../shared/contract/machine.ts';
import { useAction, useHost } from '../../lib/client/hooks.ts';

const KEY = ['settings.get', {}] as const;

/** Shows a change at once and takes it back where it could not be stored. */
export function useChangeSettings(): (settings: Settings) => void {
  const { queries } = useHost();
  const set = useAction('settings.set');
  return (settings) => {
    const old = queries.getQueryData(KEY);
    queries.setQueryData(KEY, settings);
    set.mutate(settings, { onError: () => queries.setQueryData(KEY, old) });
  };
}
