/** Exports beside the app on pictures of 400 to 4,000 px, from the encoded file on, in every runtime. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExportSubject } from '../../main/engine/export/subject.ts';
import { writeExport } from '../../main/engine/export/write-export.ts';
import { loadBackbone } from '../../main/engine/weights/backbones.ts';
import { backbonesFolder } from '../../main/kernel/resources.ts';
import { type ExportCheck, type ExportFormat, PROBABILITY_TOLERANCE } from '../../shared/domain/export.ts';
import { RunId } from '../../shared/domain/ids.ts';
import { findNetwork } from '../../shared/networks/registry.ts';
import { findPython } from '../fixtures/python.ts';
import { checksInPython } from './export-in-python.ts';
import { type AskedBench, enlargedPictures, ownAnswers } from './export-pictures.ts';
import { findPeerPython } from './peers/environment.ts';
import { type BenchRecord, publishPart } from './record.ts';
import { findTestPictures } from './shared-data.ts';

const BACKBONE = 'tf_efficientnet_lite0'; // with its 1,000 classes, whose margins are smaller than those of a few
const THREADS = 2;
const PICTURES = Number(process.env.THAW_BENCH_PICTURES ?? 500);
const IN_BROWSER = Number(process.env.THAW_BENCH_BROWSER ?? PICTURES);
/** Each takes minutes: THAW_BENCH_FORMATS picks some, and what is done is kept. */
const FORMATS = [
  ['onnx', 'onnx', false],
  ['onnx-with-resize', 'onnx', true],
  ['safetensors', 'safetensors', false],
  ['tfjs', 'tfjs', false],
] as const;
const WANTED = (process.env.THAW_BENCH_FORMATS ?? FORMATS.map(([name]) => name).join()).split(',');

export async function benchExporting(): Promise<readonly BenchRecord[]> {
  const folder = findTestPictures('imagenet-sample');
  if (folder === null) return [];
  const scratch = mkdtempSync(join(tmpdir(), 'thaw-bench-'));
  try {
    const { weights } = await loadBackbone(backbonesFolder, BACKBONE);
    const network = findNetwork(BACKBONE);
    const subject: ExportSubject = {
      ...{ runId: RunId.parse('run_benchexports'), title: BACKBONE, network, weights },
      classes: Array.from({ length: 1000 }, (_, at) => `class ${at}`),
      licence: { backbone: BACKBONE, spdx: 'Apache-2.0', copyright: null, source: null, text: null },
    };
    mkdirSync(join(scratch, 'pictures'));
    const asked = await ownAnswers(
      subject,
      await enlargedPictures(folder, join(scratch, 'pictures'), PICTURES),
      THREADS,
    );
    const records: BenchRecord[] = [];
    for (const [name, format, preprocessing] of FORMATS.filter(([own]) => WANTED.includes(own))) {
      const startedMs = performance.now();
      records.push(...(await benchFormat({ subject, scratch, format, preprocessing, ...asked })));
      publishPart('exporting', records);
      console.log(`${name} is done after ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
    }
    return records;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

type Wish = AskedBench & {
  readonly subject: ExportSubject;
  readonly scratch: string;
  readonly format: ExportFormat;
  readonly preprocessing: boolean;
};

async function benchFormat(wish: Wish): Promise<BenchRecord[]> {
  const { subject, scratch, format, preprocessing, pictures, testAnswer, alikeInSharp } = wish;
  const place = join(scratch, 'exports', `${format}-${preprocessing}`);
  const { checks } = await writeExport({
    ...{ subject, format, preprocessing, place, pictures, testAnswer, threads: THREADS, browserPictures: IN_BROWSER },
    ...{ breathe: () => undefined, onPicture: () => undefined, now: () => new Date() },
  });
  const what = `${format}${preprocessing ? ' with the resize in the graph' : ''}`;
  const inNode = `decoded by the app; sharp's pixels are the same in ${alikeInSharp} of ${pictures.length}`;
  const records = checks.flatMap((check) =>
    recordsOf(what, check, check.source === 'file' && check.decoder === 'own' ? inNode : null),
  );
  return [...records, ...(await besidePython(wish, { what, place }))];
}

const PYTHONS: Readonly<Record<ExportFormat, { readonly runtime: string; readonly find: () => string | null } | null>> =
  {
    onnx: { runtime: 'ONNX Runtime in Python', find: findOnnxPython },
    safetensors: { runtime: 'PyTorch', find: () => findPeerPython() },
    tfjs: null, // its samples are for browsers and Node
  };

function findOnnxPython(): string | null {
  const { path, why } = findPython(['onnxruntime', 'pillow', 'numpy']);
  if (why !== null) console.warn(`LEFT OUT: exports in Python: ${why}`);
  return why === null ? path : null;
}

async function besidePython(
  { format, pictures, scratch }: Wish,
  { what, place }: { readonly what: string; readonly place: string },
): Promise<BenchRecord[]> {
  const wanted = PYTHONS[format];
  const python = wanted?.find() ?? null;
  if (wanted === null || python === null) return [];
  const script = join(place, 'classify.py');
  const { checks, alike } = await checksInPython({ python, script, runtime: wanted.runtime, scratch, pictures });
  const note = `decoded by Pillow, whose pixels are the same in ${alike} of ${pictures.length}`;
  return checks.flatMap((check) => recordsOf(what, check, check.source === 'file' ? note : null));
}

const SOURCES = { pixels: 'from identical pixels', file: 'from JPEG on disk' } as const;

function recordsOf(what: string, check: ExportCheck, note: string | null): BenchRecord[] {
  const { runtime, source, why, pictures, same, largestDifference, disagreements, decoder } = check;
  if (why !== null) {
    console.warn(`LEFT OUT: ${what} in ${runtime}: ${why}`);
    return [];
  }
  if (source !== 'pixels' && source !== 'file') return [];
  const least = decoder === 'own' ? 100 : 99;
  const share = (100 * same) / Math.max(1, pictures);
  const margins = disagreements.map(({ picture, margin }) => `${picture} ${margin.toFixed(4)}`).join(', ');
  const parts = [
    `${pictures} pictures of 400 to 4,000 px, half of them 4:2:0, ${SOURCES[source]}`,
    note,
    margins === '' ? null : `margins of the others: ${margins}`,
  ];
  const work = parts.filter((part) => part !== null).join('; ');
  const own = { work, peer: null, peerName: null, ratio: null };
  const name = `${what}, ${runtime}, ${source}`;
  const worst = largestDifference ?? 0;
  return [
    { name: `${name}: same answers, %`, ours: share, ...own, goal: `at least ${least}`, met: share >= least },
    {
      ...{ name: `${name}: largest difference`, ours: worst, ...own, goal: `at most ${PROBABILITY_TOLERANCE}` },
      met: decoder === 'own' ? worst <= PROBABILITY_TOLERANCE : null,
    },
  ];
}
