/** Importing a VGG-16 of 528 MB as PyTorch would have saved it: seconds, and the memory that it takes above idle. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeSafetensors } from '../../main/engine/weights/safetensors.ts';
import { listParameters } from '../../shared/networks/parameters.ts';
import { findNetwork } from '../../shared/networks/registry.ts';
import { fillTensor } from '../fixtures/parity.ts';
import type { BenchRecord } from './record.ts';

const sideScript = fileURLToPath(new URL('import-weights-side.ts', import.meta.url));
const MOST_SECONDS = 10;
const MOST_MEMORY = 1.3; // of the file

type Side = { readonly seconds: number; readonly cpuSeconds: number; readonly idleMb: number; readonly peakMb: number };

export async function benchImportWeights(): Promise<readonly BenchRecord[]> {
  const folder = mkdtempSync(join(tmpdir(), 'thaw-bench-'));
  try {
    const file = join(folder, 'vgg16.safetensors');
    const tensors = listParameters(findNetwork('vgg16')).map(
      ({ name, shape }, index) => [name, { shape, values: fillTensor(index, name, shape) }] as const,
    );
    await writeSafetensors(file, new Map(tensors), {});
    const fileMb = statSync(file).size / 1e6;
    const done = spawnSync(process.execPath, [sideScript, file, join(folder, 'kept')], { encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`The import failed: ${done.stderr.trim().slice(-1000)}`);
    const { seconds, cpuSeconds, idleMb, peakMb } = JSON.parse(done.stdout) as Side;
    const work = `VGG-16, ${fileMb.toFixed(0)} MB, filled as the oracle; ${cpuSeconds.toFixed(1)} s of them of a CPU`;
    const own = { peer: null, peerName: null, ratio: null };
    const above = (peakMb - idleMb) / fileMb;
    return [
      {
        name: 'import of weights, seconds',
        work,
        ours: seconds,
        ...own,
        goal: `under ${MOST_SECONDS}`,
        met: seconds < MOST_SECONDS,
      },
      {
        name: 'import of weights, peak memory above idle, of the file',
        work: `${work}; peak ${peakMb.toFixed(0)} MB, idle ${idleMb.toFixed(0)} MB`,
        ...{ ours: above, ...own, goal: `at most ${MOST_MEMORY}`, met: above <= MOST_MEMORY },
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
