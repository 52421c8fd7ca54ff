import { cpus } from 'node:os';
import type { JsonValue } from '../../kernel/canonical-json.ts';
import { pinnedThreads } from '../../kernel/pinned-threads.ts';
import { findNvidiaGpus } from '../executors/nvidia.ts';
import { findTensorFlowStamp } from '../protocol/tensorflow-stamp.ts';

/** All that decides how fast a network computes here. `weightsSha256`: null where it has none and is timed with drawn ones. */
export function timingsIdentity(networkId: string, weightsSha256: string | null): JsonValue {
  const stamp = findTensorFlowStamp();
  return {
    ...{ networkId, weightsSha256, threads: pinnedThreads() },
    ...{ cpu: cpus()[0]?.model ?? 'unknown', gpus: findNvidiaGpus() },
    tensorFlow: stamp === null ? 'unknown' : `${stamp.tensorflow} ${stamp.libraryPath}`,
  };
}
