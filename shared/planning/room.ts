/** Whether a freeze depth fits on the machine, and what to do where it does not. */
import type { StageCost } from './stage-costs.ts';

/** Left free for the database, the log and the checkpoints. */
export const DISK_RESERVE_BYTES = 64 * 1024 * 1024;

export type MachineRoom = {
  readonly freeDiskBytes: number; // on the disk of the project
  readonly cachedBytes: number; // what its feature cache already takes: it may hold what is needed
  readonly memoryBytes: number; // of the machine, or what this process may use of it
};

export type RoomVerdict =
  | { readonly kind: 'fits' }
  | { readonly kind: 'batch-too-large'; readonly batchSize: number; readonly advice: string } // the next that fits
  | { readonly kind: 'memory-short'; readonly advice: string }
  | { readonly kind: 'disk-tight'; readonly advice: string } // fits only where the cache already holds some of it
  | { readonly kind: 'disk-short'; readonly advice: string };

/** Before anything starts: what surely cannot fit is refused, what may be tight is said. */
export function judgeRoom(cost: StageCost, room: MachineRoom, batchSize: number): RoomVerdict {
  const { freeDiskBytes, cachedBytes, memoryBytes } = room;
  if (cost.leastMemoryBytes > memoryBytes) {
    const needs = `needs ${gigabytes(cost.leastMemoryBytes)} of memory even with a batch of one, this machine has ${gigabytes(memoryBytes)}`;
    return { kind: 'memory-short', advice: `${needs}. Freeze more stages, or use fewer photos.` };
  }
  if (cost.cacheBytes > freeDiskBytes + cachedBytes) {
    const needs = `its cache needs ${gigabytes(cost.cacheBytes)} of disk, ${gigabytes(freeDiskBytes)} are free`;
    return { kind: 'disk-short', advice: `${needs}. Free some space, or freeze other stages: their rows are smaller.` };
  }
  if (cost.cacheBytes + DISK_RESERVE_BYTES > freeDiskBytes) {
    const needs = `its cache needs ${gigabytes(cost.cacheBytes)} of disk, ${gigabytes(freeDiskBytes)} are free`;
    return { kind: 'disk-tight', advice: `${needs}. It fits only where the cache already holds part of it.` };
  }
  if (cost.peakMemoryBytes > memoryBytes) {
    const largest = largestBatch(cost, memoryBytes, batchSize);
    const needs = `a batch of ${batchSize} needs ${gigabytes(cost.peakMemoryBytes)} of memory, this machine has ${gigabytes(memoryBytes)}`;
    return {
      kind: 'batch-too-large',
      batchSize: largest,
      advice: [`${needs}. Use a batch of ${largest}.`, ...orRecompute(cost, memoryBytes)].join(' '),
    };
  }
  return { kind: 'fits' };
}

/** What training does by itself when memory runs out, before it makes a batch smaller. */
function orRecompute({ recomputing }: StageCost, memoryBytes: number): readonly string[] {
  const { memoryBytes: needed, work } = recomputing;
  if (needed > memoryBytes) return [];
  return [
    `Left as it is, it fits only with activations computed twice, to which training turns when memory runs out: ${gigabytes(needed)}, up to ${work.toFixed(1)} times the work a step.`,
  ];
}

/** By halving, as training itself does. */
function largestBatch(cost: StageCost, memoryBytes: number, batchSize: number): number {
  const perImage = batchSize > 1 ? (cost.peakMemoryBytes - cost.leastMemoryBytes) / (batchSize - 1) : 0;
  let batch = batchSize;
  while (batch > 1 && cost.leastMemoryBytes + perImage * (batch - 1) > memoryBytes) batch = Math.floor(batch / 2);
  return batch;
}

export function gigabytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
