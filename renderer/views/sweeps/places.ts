/** Where the trials of a sweep run: here, or on the cluster of Settings. */
import type { Settings } from '../../../shared/contract/machine.ts';
import type { SweepPlace } from '../../../shared/contract/sweeps.ts';
import { useCommand } from '../../lib/client/hooks.ts';
import { clusterToken } from '../../lib/cluster-token.ts';

type Cluster = NonNullable<Settings['cluster']>;
export const RAY = 'ray';
export const ENGINES = ['auto', '1', '2', '3', '4'] as const;

/** The cluster, if it is switched on. */
export function usePlaces(): { readonly cluster: Cluster | null } {
  const { cluster = null } = useCommand('settings.get', {}).data ?? {};
  return { cluster: cluster?.isOn === true ? cluster : null };
}

/** `place`: 'ray', or how many engines of this machine. */
export function toSweepPlace(place: string, cluster: Cluster | null): SweepPlace {
  if (place === RAY && cluster !== null) {
    const { isOn: _, ...plain } = cluster;
    const { token } = clusterToken.getState();
    return { kind: 'ray', cluster: plain, token: token === '' ? null : token };
  }
  return { kind: 'here', engines: place === 'auto' || place === RAY ? 'auto' : Number(place) };
}
