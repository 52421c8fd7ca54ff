/** Exports of a small network, written, proven and kept; fault 39: re-loaded and compared, test vector stored. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tellLeftOut } from '../../../e2e/fixtures/left-out.ts';
import { narrowed, narrowWeights } from '../../../e2e/fixtures/parity-narrow.ts';
import { findPython } from '../../../e2e/fixtures/python.ts';
import { ExportFormat, type ExportRecord } from '../../../shared/domain/export.ts';
import { RunId } from '../../../shared/domain/ids.ts';
import { softmax } from '../../../shared/math/statistics.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { withClasses } from '../../../shared/networks/split.ts';
import { toGrey } from '../../imaging/grey.ts';
import type { RgbImage } from '../../imaging/resize.ts';
import { renderViews } from '../../imaging/views.ts';
import { inference64, widened } from '../reference/training-step.ts';
import { type ExportSubject, neededWeights } from './subject.ts';
import { drawTestPicture, encodePng } from './test-picture.ts';
import { writeExport } from './write-export.ts';

const small = narrowed(findNetwork('resnet18'));
const side = small.inputShape[1]!;
const network = { ...small, preprocessing: { ...small.preprocessing, cropSize: side, resizeShortSide: side + 8 } };
const weights = narrowWeights(network);
const subject: ExportSubject = {
  ...{
    runId: RunId.parse('run_abcdefghijkl'),
    title: 'Two cats',
    network,
    weights,
    classes: ['Tigger', 'Misty', '</x>'],
  },
  licence: { backbone: 'resnet18', spdx: 'BSD-3-Clause', copyright: null, source: null, text: null },
};

/** By the float64 reference, which shares no code with the runtimes. */
function truth(image: RgbImage): number[] {
  const input = renderViews(image, network.preprocessing, ['centre']);
  const [logits] = inference64({ network, parameters: widened(weights), input }, [network.heads[0]!.node]);
  return softmax(logits!);
}

function otherPicture(): RgbImage {
  const { width, height, pixels } = drawTestPicture();
  return { width: height, height: width, pixels: pixels.map((value, at) => value ^ (at % 64)) };
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'thaw-export-'));
  await writeFile(join(folder, 'photo.png'), encodePng(otherPicture()));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type Exported = { readonly subject: ExportSubject; readonly truth: (image: RgbImage) => number[] };

function exported(
  format: ExportFormat,
  wish: { preprocessing?: boolean; answer?: number[]; of?: Exported } = {},
): Promise<ExportRecord> {
  const { subject: own, truth: trueOf } = wish.of ?? { subject, truth };
  return writeExport({
    ...{ format, preprocessing: wish.preprocessing ?? false, place: join(folder, 'out', format), threads: 1 },
    ...{
      subject: own,
      pictures: [{ path: join(folder, 'photo.png'), probabilities: wish.answer ?? trueOf(otherPicture()) }],
    },
    ...{ testAnswer: trueOf(drawTestPicture()), breathe: () => undefined, onPicture: () => undefined },
    now: () => new Date('2026-11-25T12:00:00Z'),
  });
}

describe.each(ExportFormat.options)('fault 39: an export as %s', (format) => {
  it('is loaded again, agrees with the float64 reference, and holds its test vector', async () => {
    const record = await exported(format);
    expect(record.ready).toBe(true);
    const out = join(folder, 'out', format);
    for (const check of record.checks.filter(({ why }) => why === null)) {
      expect(check.pictures).toBe(1);
      expect(check.largestDifference).toBeLessThan(1e-4);
    }
    const vector = JSON.parse(readFileSync(join(out, 'test-vector.json'), 'utf8')) as { probabilities: number[] };
    expect(vector.probabilities).toEqual(truth(drawTestPicture()));
    expect(readdirSync(out)).toEqual([...record.files.map(({ name }) => name), 'export.json'].sort());
    expect(JSON.parse(readFileSync(join(out, 'config.json'), 'utf8'))).toMatchObject({ classes: subject.classes });
    expect(readFileSync(join(out, 'LICENCE.txt'), 'utf8')).toContain('BSD-3-Clause');
  });
});

it('is ready with the resize inside the graph, from RGB of any size', async () => {
  const { ready, checks } = await exported('onnx', { preprocessing: true });
  expect(ready).toBe(true);
  for (const { largestDifference } of checks) expect(largestDifference).toBeLessThan(1e-4);
});

it('is not kept where a runtime answers otherwise, and what stood there before stays', async () => {
  await exported('onnx');
  const before = readFileSync(join(folder, 'out', 'onnx', 'export.json'), 'utf8');
  const record = await exported('onnx', { answer: [0, 0, 1] });
  expect(record.ready).toBe(false);
  expect(record.checks.some(({ same, pictures }) => same < pictures)).toBe(true);
  expect(readFileSync(join(folder, 'out', 'onnx', 'export.json'), 'utf8')).toBe(before);
  expect(readdirSync(join(folder, 'out'))).toEqual(['onnx']);
});

it('leaves nothing where it is stopped in the middle', async () => {
  const stopped = new Error('stopped');
  const place = join(folder, 'out', 'onnx');
  const pictures = [{ path: join(folder, 'photo.png'), probabilities: truth(otherPicture()) }];
  let breaths = 0;
  const breathe = (): void => {
    breaths += 1;
    if (breaths === 4) throw stopped;
  };
  const request = { subject, format: 'onnx' as const, preprocessing: false, place, pictures, threads: 1, breathe };
  const rest = { testAnswer: truth(drawTestPicture()), onPicture: () => undefined, now: () => new Date() };
  await expect(writeExport({ ...request, ...rest })).rejects.toThrow('stopped');
  expect(existsSync(place)).toBe(false);
  expect(readdirSync(join(folder, 'out'))).toEqual([]);
});

const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));

it('brings a program in JavaScript that answers from the encoded file on', async () => {
  await exported('onnx');
  await symlink(modules, join(folder, 'node_modules'), 'junction'); // as after `npm install onnxruntime-node sharp`
  const photo = join(folder, 'photo.png');
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'out', 'onnx', 'classify.mjs'), photo]);
  expect(stdout).toContain(photo);
  const found = [...stdout.slice(stdout.indexOf('{')).matchAll(/: ([\d.e-]+)/g)].map(([, number]) => Number(number));
  expect(found).toHaveLength(subject.classes.length);
  for (const [at, probability] of truth(otherPicture()).entries())
    expect(Math.abs(found[at]! - probability)).toBeLessThan(1e-4);
});

it('brings JavaScript that reads the tensors of safetensors bit for bit', async () => {
  await exported('safetensors');
  const out = join(folder, 'out', 'safetensors');
  const sample = (await import(pathToFileURL(join(out, 'read-safetensors.mjs')).href)) as {
    readSafetensors: (bytes: Uint8Array) => Map<string, { shape: number[]; values: Float32Array }>;
  };
  const tensors = sample.readSafetensors(readFileSync(join(out, 'model.safetensors')));
  expect([...tensors.keys()].sort()).toEqual([...neededWeights(subject).keys()].sort());
  for (const [name, { shape, values }] of tensors) expect({ shape, values }).toEqual({ ...weights.get(name)! });
});

describe('of a network that takes grey pictures', () => {
  const lenet = withClasses(findNetwork('lenet5'), 3);
  const grey: ExportSubject = { ...subject, network: lenet, weights: narrowWeights(lenet) };
  const greyTruth = (image: RgbImage): number[] => {
    const { preprocessing } = lenet;
    const input = toGrey(renderViews(image, preprocessing, ['centre']), preprocessing.cropSize);
    const parameters = widened(grey.weights);
    return softmax(inference64({ network: lenet, parameters, input }, [lenet.heads[0]!.node])[0]!);
  };

  it.each(ExportFormat.options)('writes %s, ready by the test picture and a photo', async (format) => {
    const { ready, checks } = await exported(format, { of: { subject: grey, truth: greyTruth } });
    expect(ready).toBe(true);
    for (const { largestDifference, why } of checks) if (why === null) expect(largestDifference).toBeLessThan(1e-4);
  });
});

const python = findPython(['onnxruntime', 'pillow', 'numpy']);
tellLeftOut("the export's sample in Python", python.why);

describe.skipIf(python.why !== null)('the sample in Python', () => {
  it.each([false, true])(
    'answers as the app for the test picture and a photo, preprocessing in the graph: %s',
    async (preprocessing) => {
      await exported('onnx', { preprocessing });
      const sample = join(folder, 'out', 'onnx', 'classify.py');
      const run = (args: string[]) => promisify(execFile)(python.path, [sample, ...args]);
      expect((await run(['--check'])).stdout).toMatch(/largest difference \S+, allowed 1\.0e-03/);
      const photo = join(folder, 'photo.png');
      const { stdout } = await run(['--json', photo]);
      const found = (JSON.parse(stdout) as Record<string, number[]>)[photo]!;
      for (const [at, probability] of truth(otherPicture()).entries())
        expect(Math.abs(found[at]! - probability)).toBeLessThan(1e-4);
    },
    120_000,
  );

  it('prepares the input of the TensorFlow.js model as the app does', async () => {
    await exported('tfjs');
    const written = join(folder, 'input.npy');
    const args = [join(folder, 'out', 'tfjs', 'prepare_input.py'), join(folder, 'photo.png'), written];
    await promisify(execFile)(python.path, args);
    const bytes = readFileSync(written);
    const wanted = renderViews(otherPicture(), network.preprocessing, ['centre']);
    const found = new Float32Array(bytes.buffer.slice(bytes.byteLength - 4 * wanted.length)); // behind NumPy's header
    const places = side * side;
    for (let at = 0; at < wanted.length; at += 1)
      expect(Math.abs(found[at]! - wanted[(at % 3) * places + Math.floor(at / 3)]!)).toBeLessThan(1e-5);
  });
});
