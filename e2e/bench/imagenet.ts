/** The shipped backbone on 1,000 ImageNet pictures, through the product's own preprocessing and ONNX graph. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { createLoader } from '../../main/engine/loading/loader.ts';
import { openOnnxSession } from '../../main/engine/onnx/runtime.ts';
import { writeOnnx } from '../../main/engine/onnx/writer.ts';
import { loadBackbone } from '../../main/engine/weights/backbones.ts';
import { enlargePicture } from '../../main/imaging/testing-enlarge.ts';
import { backbonesFolder } from '../../main/kernel/resources.ts';
import { findNetwork } from '../../shared/networks/registry.ts';
import { mainOutputNode } from '../../shared/networks/split.ts';
import { findPeerPython, runPeer } from './peers/environment.ts';
import type { BenchRecord } from './record.ts';
import { findTestPictures } from './shared-data.ts';

const BACKBONE = 'tf_efficientnet_lite0';
const ORACLE = { top1: 88.3, top5: 97.7 }; // spec.json beside the weights
const TOLERANCE_POINTS = 0.3;
const THREADS = 2;
const ENLARGED = { fromPixels: 400, toPixels: 4000 }; // long side
const SPREAD = 389; // prime to the number of pictures: sizes do not follow the order of classes

type Item = { readonly path: string; readonly label: number };
type Figures = { readonly top1: number; readonly top5: number }; // percent
const PeerFigures = z.object({ top1: z.number(), top5: z.number(), logits: z.record(z.string(), z.array(z.number())) });
type Logits = ReadonlyMap<string, Float32Array>; // by path

export async function benchImagenet(): Promise<readonly BenchRecord[]> {
  const folder = findTestPictures('imagenet-sample');
  if (folder === null) return [];
  const labels = z.record(z.string(), z.int()).parse(JSON.parse(readFileSync(join(folder, 'labels.json'), 'utf8')));
  const names = Object.keys(labels).sort();
  const items = names.map((name) => ({ path: join(folder, name), label: labels[name] ?? -1 }));
  const scratch = mkdtempSync(join(tmpdir(), 'thaw-bench-'));
  try {
    const logits = await computeLogits(items);
    const enlarged: Item[] = [];
    for (const [index, { path, label }] of items.entries()) {
      enlarged.push({ path: join(scratch, names[index] ?? ''), label });
      await enlargePicture(path, join(scratch, names[index] ?? ''), {
        longSidePixels: longSideOf(index, items.length),
      });
    }
    const ours = figuresOf(items, logits);
    const large = figuresOf(enlarged, await computeLogits(enlarged));
    const sizes = `enlarged to ${ENLARGED.fromPixels} to ${ENLARGED.toPixels} px`;
    const besideSpec = { peer: ORACLE, peerName: 'spec.json' };
    return [
      ...compare('imagenet-sample', { ours, ...besideSpec, note: 'as they lie beside the checkout' }),
      ...compare(`imagenet-sample ${sizes}`, { ours: large, ...besideSpec, note: sizes }),
      ...besidePytorch({ folder, scratch, items, logits, ours }),
    ];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function longSideOf(index: number, count: number): number {
  const { fromPixels, toPixels } = ENLARGED;
  const place = ((index * SPREAD) % count) / (count - 1);
  return Math.round(fromPixels * (toPixels / fromPixels) ** place);
}

type Comparison = {
  readonly ours: Figures;
  readonly peer: Figures;
  readonly peerName: string;
  readonly note: string;
};

function compare(name: string, { ours, peer, peerName, note }: Comparison): BenchRecord[] {
  return (['top1', 'top5'] as const).map((rank) => ({
    name: `${name} ${rank}`,
    work: `1,000 pictures ${note}, centre crop, ${BACKBONE} in ONNX Runtime`,
    ours: ours[rank],
    peer: peer[rank],
    peerName,
    ratio: ours[rank] / peer[rank],
    goal: `within ${TOLERANCE_POINTS} points of ${peerName}`,
    met: Math.abs(ours[rank] - peer[rank]) <= TOLERANCE_POINTS + 1e-9,
  }));
}

type PytorchQuestion = {
  readonly folder: string;
  readonly scratch: string;
  readonly items: readonly Item[];
  readonly logits: Logits;
  readonly ours: Figures;
};

/** PyTorch on these very files: tells a fault of ours from one of the figures in spec.json. */
function besidePytorch({ folder, scratch, items, logits, ours }: PytorchQuestion): BenchRecord[] {
  const python = findPeerPython();
  if (python === null) return [];
  const output = join(scratch, 'pytorch.json');
  runPeer(python, 'imagenet.py', [join(backbonesFolder, BACKBONE, 'model.safetensors'), folder, output]);
  const peer = PeerFigures.parse(JSON.parse(readFileSync(output, 'utf8')));
  const byPath = new Map(Object.entries(peer.logits).map(([name, row]) => [join(folder, name), row]));
  let largest = 0;
  for (const { path } of items) {
    const theirs = byPath.get(path) ?? [];
    for (const [index, value] of (logits.get(path) ?? new Float32Array(0)).entries())
      largest = Math.max(largest, Math.abs(value - (theirs[index] ?? Number.POSITIVE_INFINITY)));
  }
  const note = `(largest difference of a logit ${largest.toExponential(1)})`;
  return compare('imagenet-sample beside PyTorch', { ours, peer, peerName: 'PyTorch on the same files', note });
}

function figuresOf(items: readonly Item[], logits: Logits): Figures {
  const ranks = items.map(({ path, label }) => {
    const own = logits.get(path) ?? new Float32Array(0);
    const truth = own[label];
    if (truth === undefined || own.some(Number.isNaN)) throw new Error(`${path} has no logits.`);
    return own.reduce((above, value) => above + (value > truth ? 1 : 0), 0);
  });
  const percent = (places: number): number => (100 * ranks.filter((rank) => rank < places).length) / ranks.length;
  return { top1: percent(1), top5: percent(5) };
}

async function computeLogits(pictures: readonly Item[]): Promise<Logits> {
  const network = findNetwork(BACKBONE);
  const { weights } = await loadBackbone(backbonesFolder, BACKBONE);
  const outputNode = mainOutputNode(network);
  const model = writeOnnx(network, weights, { outputNode, preprocessing: 'none', batch: 'dynamic' });
  const session = await openOnnxSession({ model, threads: THREADS, provider: 'cpu' });
  const hashed = pictures.map(({ path }) => ({
    path,
    sha256: createHash('sha256').update(readFileSync(path)).digest('hex'),
  }));
  const { preprocessing } = network;
  const views = ['centre' as const];
  const found = new Map<string, Float32Array>();
  for await (const loaded of createLoader({
    ...{ threads: THREADS, slots: 3, batchSize: 16 },
    ...{ preprocessing, views, items: hashed },
  })) {
    if (loaded.failures[0] !== undefined) throw new Error(loaded.failures[0].failure.message);
    const logits = await session.run(loaded.batch, loaded.items.length);
    const classCount = logits.length / loaded.items.length;
    for (const [row, { path }] of loaded.items.entries())
      found.set(path, logits.slice(row * classCount, (row + 1) * classCount));
  }
  await session.close();
  return found;
}
