/** 24-megapixel photos to the network's input: shrinking while decoding against decoding whole, in time and in what a network says. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type OnnxSession, openOnnxSession } from '../../main/engine/onnx/runtime.ts';
import { writeOnnx } from '../../main/engine/onnx/writer.ts';
import { loadBackbone } from '../../main/engine/weights/backbones.ts';
import { decodeImage } from '../../main/imaging/decode.ts';
import { enlargePicture, makeProgressive } from '../../main/imaging/testing-enlarge.ts';
import { renderViews } from '../../main/imaging/views.ts';
import { backbonesFolder } from '../../main/kernel/resources.ts';
import { findNetwork } from '../../shared/networks/registry.ts';
import { mainOutputNode } from '../../shared/networks/split.ts';
import type { BenchRecord } from './record.ts';
import { median } from './warm-cache.ts';

const BACKBONE = 'tf_efficientnet_lite0';
const PHOTOS = 12;
const LONG_SIDE_PIXELS = 6000; // with 4,000: 24 megapixels
const LEAST_RATIO = 2;
const MOST_CHANGE = 0.02; // of a photo's most changed probability, mean over photos

type Measured = { readonly wholeMs: number; readonly shrunkMs: number; readonly change: number };

export async function benchShrinking(photos: string, root: string): Promise<readonly BenchRecord[]> {
  const session = await openSession();
  try {
    const baseline: Measured[] = [];
    const progressive: Measured[] = [];
    for (const name of spreadNames(photos)) {
      const large = join(root, `large-${name}`);
      await enlargePicture(join(photos, name), large, { longSidePixels: LONG_SIDE_PIXELS });
      baseline.push(await measure(large, session));
      await makeProgressive(large, large);
      progressive.push(await measure(large, session));
    }
    return [
      speedRecord('baseline', baseline, LEAST_RATIO),
      changeRecord(baseline),
      speedRecord('progressive', progressive, null),
    ];
  } finally {
    await session.close();
  }
}

async function openSession(): Promise<OnnxSession> {
  const network = findNetwork(BACKBONE);
  const { weights } = await loadBackbone(backbonesFolder, BACKBONE);
  const options = { outputNode: mainOutputNode(network), preprocessing: 'none', batch: 'dynamic' } as const;
  return await openOnnxSession({ model: writeOnnx(network, weights, options), threads: 2, provider: 'cpu' });
}

function spreadNames(photos: string): readonly string[] {
  const names = readdirSync(photos)
    .filter((name) => name.endsWith('.jpg'))
    .sort();
  return Array.from({ length: PHOTOS }, (_, index) => names[Math.floor((index * names.length) / PHOTOS)] ?? '');
}

/** Both ways twice, the faster counts; and the largest change of a probability. */
async function measure(path: string, session: OnnxSession): Promise<Measured> {
  const bytes = readFileSync(path);
  const { preprocessing } = findNetwork(BACKBONE);
  const times = { whole: Number.POSITIVE_INFINITY, shrunk: Number.POSITIVE_INFINITY };
  const inputs: Partial<Record<'whole' | 'shrunk', Float32Array>> = {};
  for (const way of ['whole', 'shrunk', 'shrunk', 'whole'] as const) {
    const started = performance.now();
    const shrink = way === 'shrunk' ? { shrinkToShortSide: preprocessing.resizeShortSide } : {};
    inputs[way] = renderViews(await decodeImage(bytes, shrink), preprocessing, ['centre']);
    times[way] = Math.min(times[way], performance.now() - started);
  }
  const whole = softmax(await session.run(inputs.whole ?? new Float32Array(), 1));
  const shrunk = softmax(await session.run(inputs.shrunk ?? new Float32Array(), 1));
  const change = whole.reduce((most, value, at) => Math.max(most, Math.abs(value - (shrunk[at] ?? 0))), 0);
  return { wholeMs: times.whole, shrunkMs: times.shrunk, change };
}

function softmax(logits: Float32Array): Float64Array {
  const highest = logits.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const powers = Float64Array.from(logits, (value) => Math.exp(value - highest));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / sum);
}

function speedRecord(kind: string, measured: readonly Measured[], leastRatio: number | null): BenchRecord {
  const ratio = median(measured.map(({ wholeMs, shrunkMs }) => wholeMs / shrunkMs));
  return {
    name: `shrink-on-load, ${kind} JPEG`,
    work: `${measured.length} photos of ${LONG_SIDE_PIXELS} px (long side) from bytes to the centre view; photos a second`,
    ours: 1000 / median(measured.map(({ shrunkMs }) => shrunkMs)),
    peer: 1000 / median(measured.map(({ wholeMs }) => wholeMs)),
    peerName: 'decoded whole',
    ratio,
    goal: leastRatio === null ? 'reported' : `at least ${leastRatio} times the peer`,
    met: leastRatio === null ? null : ratio >= leastRatio,
  };
}

function changeRecord(measured: readonly Measured[]): BenchRecord {
  const changes = measured.map(({ change }) => change);
  const mean = changes.reduce((sum, change) => sum + change, 0) / changes.length;
  return {
    name: 'shrink-on-load, change of a probability',
    work: `${measured.length} photos through ${BACKBONE}: most changed probability of each, mean; largest ${Math.max(...changes).toFixed(4)}`,
    ours: mean,
    peer: null,
    peerName: null,
    ratio: null,
    goal: `below ${MOST_CHANGE} on average`,
    met: mean < MOST_CHANGE,
  };
}
