/** Exports beside the app on pictures of 400 to 4,000 px, from the encoded file on, in every runtime. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExportSubject } from '../../main/engine/export/subject.ts';
import { drawTestPicture } from '../../main/engine/export/test-picture.ts';
import { type AskedPicture, writeExport } from '../../main/engine/export/write-export.ts';
import { openOnnxSession } from '../../main/engine/onnx/runtime.ts';
import { writeOnnx } from '../../main/engine/onnx/writer.ts';
import { loadBackbone } from '../../main/engine/weights/backbones.ts';
import { decodeImage } from '../../main/imaging/decode.ts';
import type { RgbImage } from '../../main/imaging/resize.ts';
import { enlargePicture } from '../../main/imaging/testing-enlarge.ts';
import { renderViews } from '../../main/imaging/views.ts';
import { backbonesFolder } from '../../main/kernel/resources.ts';
import { type ExportCheck, type ExportFormat, PROBABILITY_TOLERANCE } from '../../shared/domain/export.ts';
import { RunId } from '../../shared/domain/ids.ts';
import { softmax } from '../../shared/math/statistics.ts';
import { findNetwork } from '../../shared/networks/registry.ts';
import { mainOutputNode } from '../../shared/networks/split.ts';
import { findPython } from '../fixtures/python.ts';
import { type BenchRecord, publishPart } from './record.ts';
import { findTestPictures } from './shared-data.ts';

const BACKBONE = 'tf_efficientnet_lite0'; // with its 1,000 classes, whose margins are smaller than those of a few
const THREADS = 2;
const PICTURES = Number(process.env.THAW_BENCH_PICTURES ?? 500);
const IN_BROWSER = Number(process.env.THAW_BENCH_BROWSER ?? PICTURES);
/** Each takes many minutes: THAW_BENCH_FORMATS picks some, and what is done is kept. */
const FORMATS = [
  ['onnx', 'onnx', false],
  ['onnx-with-resize', 'onnx', true],
  ['tfjs', 'tfjs', false],
  ['safetensors', 'safetensors', false],
] as const;
const WANTED = (process.env.THAW_BENCH_FORMATS ?? FORMATS.map(([name]) => name).join()).split(',');
const SPREAD = 389; // sizes do not follow the order of classes

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
    const asked = await ownAnswers(subject, await enlargedPictures(folder, scratch));
    const records: BenchRecord[] = [];
    for (const [name, format, preprocessing] of FORMATS.filter(([own]) => WANTED.includes(own))) {
      records.push(...(await benchFormat({ subject, scratch, format, preprocessing, ...asked })));
      publishPart('exporting', records);
      console.log(`${name} is done`);
    }
    return records;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function enlargedPictures(folder: string, scratch: string): Promise<string[]> {
  const names = readdirSync(folder)
    .filter((name) => /\.jpe?g$/i.test(name))
    .sort()
    .slice(0, PICTURES);
  const paths: string[] = [];
  for (const [at, name] of names.entries()) {
    const place = ((at * SPREAD) % names.length) / Math.max(1, names.length - 1);
    const path = join(scratch, name);
    await enlargePicture(join(folder, name), path, Math.round(400 * 10 ** place));
    paths.push(path);
  }
  return paths;
}

type Asked = { readonly pictures: readonly AskedPicture[]; readonly testAnswer: readonly number[] };

async function ownAnswers({ network, weights }: ExportSubject, paths: readonly string[]): Promise<Asked> {
  const outputNode = mainOutputNode(network);
  const model = writeOnnx(network, weights, { outputNode, preprocessing: 'none', batch: 'dynamic' });
  const session = await openOnnxSession({ model, threads: THREADS, provider: 'cpu' });
  const answer = async (image: RgbImage): Promise<number[]> =>
    softmax(await session.run(renderViews(image, network.preprocessing, ['centre']), 1));
  const pictures: AskedPicture[] = [];
  for (const path of paths) pictures.push({ path, probabilities: await answer(await decodeImage(readFileSync(path))) });
  const testAnswer = await answer(drawTestPicture());
  await session.close();
  return { pictures, testAnswer };
}

type Wish = Asked & {
  readonly subject: ExportSubject;
  readonly scratch: string;
  readonly format: ExportFormat;
  readonly preprocessing: boolean;
};

async function benchFormat({
  subject,
  scratch,
  format,
  preprocessing,
  pictures,
  testAnswer,
}: Wish): Promise<BenchRecord[]> {
  const place = join(scratch, 'exports', `${format}-${preprocessing}`);
  const { checks } = await writeExport({
    ...{ subject, format, preprocessing, place, pictures, testAnswer, threads: THREADS, browserPictures: IN_BROWSER },
    ...{ breathe: () => undefined, onPicture: () => undefined, now: () => new Date() },
  });
  const what = `${format}${preprocessing ? ' with the resize in the graph' : ''}`;
  const records = checks.flatMap((check) => recordsOf(what, check));
  return format === 'onnx' ? [...records, ...besidePython(what, place, pictures)] : records;
}

function recordsOf(what: string, check: ExportCheck): BenchRecord[] {
  const { runtime, source, why, pictures, same, largestDifference, disagreements, decoder } = check;
  if (why !== null) {
    console.warn(`LEFT OUT: ${what} in ${runtime}: ${why}`);
    return [];
  }
  if (source === 'vector') return [];
  const least = decoder === 'own' ? 100 : 99;
  const share = (100 * same) / Math.max(1, pictures);
  const margins = disagreements.map(({ picture, margin }) => `${picture} ${margin.toFixed(4)}`).join(', ');
  const work = `${pictures} pictures of 400 to 4,000 px, ${source === 'pixels' ? 'from identical pixels' : 'from JPEG on disk'}${margins === '' ? '' : `; margins of others: ${margins}`}`;
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

/** The sample in Python: Pillow's decoder, our weights of the resize. */
function besidePython(what: string, place: string, pictures: readonly AskedPicture[]): BenchRecord[] {
  const python = findPython(['onnxruntime', 'pillow', 'numpy']);
  if (python.why !== null) {
    console.warn(`LEFT OUT: ${what} in Python: ${python.why}`);
    return [];
  }
  const args = [join(place, 'classify.py'), '--json', ...pictures.map(({ path }) => path)];
  const found = JSON.parse(execFileSync(python.path, args, { encoding: 'utf8', maxBuffer: 2 ** 30 })) as Record<
    string,
    number[]
  >;
  let [same, worst] = [0, 0];
  for (const { path, probabilities } of pictures) {
    const row = found[path] ?? [];
    worst = Math.max(worst, ...probabilities.map((probability, at) => Math.abs(probability - (row[at] ?? 2))));
    if (row.indexOf(Math.max(...row)) === probabilities.indexOf(Math.max(...probabilities))) same += 1;
  }
  const check = {
    runtime: 'ONNX Runtime in Python, Pillow',
    source: 'file',
    why: null,
    pictures: pictures.length,
    same,
  } as const;
  return recordsOf(what, { ...check, largestDifference: worst, disagreements: [], decoder: 'own' });
}
