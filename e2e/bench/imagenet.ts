/** The shipped backbone on 1,000 ImageNet pictures, through the product's own preprocessing and ONNX graph. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { createLoader } from '../../main/engine/loading/loader.ts';
import { openOnnxSession } from '../../main/engine/onnx/runtime.ts';
import { writeOnnx } from '../../main/engine/onnx/writer.ts';
import { loadBackbone } from '../../main/engine/weights/backbones.ts';
import { findNetwork } from '../../shared/networks/registry.ts';
import { mainOutputNode } from '../../shared/networks/split.ts';
import type { BenchRecord } from './record.ts';
import { findTestPictures } from './shared-data.ts';

const BACKBONE = 'tf_efficientnet_lite0';
const ORACLE = { top1: 88.3, top5: 97.7 }; // PyTorch on the same pictures, spec.json beside the weights
const TOLERANCE_POINTS = 0.3;
const THREADS = 2;
const backbonesFolder = fileURLToPath(new URL('../../resources/backbones', import.meta.url));

export async function benchImagenet(): Promise<readonly BenchRecord[]> {
  const folder = findTestPictures('imagenet-sample');
  if (folder === null) return [];
  const labels = z.record(z.string(), z.int()).parse(JSON.parse(readFileSync(join(folder, 'labels.json'), 'utf8')));
  const items = Object.keys(labels)
    .sort()
    .map((name) => {
      const path = join(folder, name);
      return { path, label: labels[name] ?? -1, sha256: createHash('sha256').update(readFileSync(path)).digest('hex') };
    });
  const hits = await countHits(items);
  const percent = (count: number): number => (100 * count) / items.length;
  return (['top1', 'top5'] as const).map((name) => ({
    name: `imagenet-sample ${name}`,
    work: `${items.length} pictures, centre crop, ${BACKBONE} in ONNX Runtime`,
    ours: percent(hits[name]),
    peer: ORACLE[name],
    peerName: 'PyTorch oracle',
    ratio: percent(hits[name]) / ORACLE[name],
    goal: `within ${TOLERANCE_POINTS} points of the oracle`,
    met: Math.abs(percent(hits[name]) - ORACLE[name]) <= TOLERANCE_POINTS + 1e-9,
  }));
}

type Item = { readonly path: string; readonly label: number; readonly sha256: string };

async function countHits(items: readonly Item[]): Promise<{ top1: number; top5: number }> {
  const network = findNetwork(BACKBONE);
  const { weights } = await loadBackbone(backbonesFolder, BACKBONE);
  const model = writeOnnx(network, weights, {
    outputNode: mainOutputNode(network),
    preprocessing: 'none',
    batch: 'dynamic',
  });
  const session = await openOnnxSession({ model, threads: THREADS, provider: 'cpu' });
  const labelOf = new Map(items.map(({ path, label }) => [path, label]));
  const hits = { top1: 0, top5: 0 };
  const loader = createLoader({
    threads: THREADS,
    slots: 3,
    batchSize: 16,
    preprocessing: network.preprocessing,
    views: ['centre' as const],
    items,
  });
  for await (const { batch, items: loaded, failures } of loader) {
    if (failures[0] !== undefined) throw new Error(failures[0].failure.message);
    const logits = await session.run(batch, loaded.length);
    const classCount = logits.length / loaded.length;
    for (const [row, { path }] of loaded.entries()) {
      const own = logits.subarray(row * classCount, (row + 1) * classCount);
      const truth = own[labelOf.get(path) ?? -1] ?? Number.NEGATIVE_INFINITY;
      const rank = own.reduce((above, value) => above + (value > truth ? 1 : 0), 0);
      if (rank < 1) hits.top1 += 1;
      if (rank < 5) hits.top5 += 1;
    }
  }
  await session.close();
  return hits;
}
