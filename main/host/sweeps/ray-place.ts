/** Trials on a Ray cluster: as many as asked for are handed over, and Ray places them. */
import { access, constants, mkdir } from 'node:fs/promises';
import { AppError } from '../../../shared/contract/errors.ts';
import type { RayCluster } from '../../../shared/domain/cluster.ts';
import { pinnedThreads } from '../../kernel/pinned-threads.ts';
import { trainRecorded } from '../commands/run-training.ts';
import type { CommandContext } from '../dispatch.ts';
import { createRayJobs } from '../ray/jobs-client.ts';
import { createRayEngine } from '../ray/ray-engine.ts';
import type { Session } from '../session.ts';
import type { TrialPlace } from './place.ts';

export type RayWish = { readonly cluster: RayCluster; readonly token: string | null }; // the token is passed through, never stored

/** Throws INVALID_INPUT where the shared folder may not be written, BACKEND_MISSING where the cluster does not answer. */
export async function openRayPlace(
  session: Session,
  { cluster, token }: RayWish,
  { signal, onEvent }: CommandContext,
): Promise<TrialPlace> {
  await requireStorage(cluster.storage);
  const { address } = cluster;
  const jobs = createRayJobs({
    ...{ address, token: token ?? process.env.THAW_RAY_TOKEN ?? null, signal },
    onSilence: (reason) =>
      onEvent({ kind: 'note', text: `${address} does not answer (${reason}); it is asked again for a minute.` }),
  });
  await jobs.find('thaw-is-anybody-there');
  const engine = createRayEngine({ jobs, cluster, threads: pinnedThreads(), local: session.engine });
  return {
    slots: cluster.parallel,
    name: address.slice(0, 200),
    train: (plan, context) => trainRecorded({ ...session, engine }, { ...plan, isElsewhere: true }, context),
    close: () => engine.close(),
  };
}

async function requireStorage(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    const text = `${folder}: cannot be written. Give a folder that this machine and all nodes of the cluster see.`;
    throw new AppError('INVALID_INPUT', text, { cause: error });
  }
}
