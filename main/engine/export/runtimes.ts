/** Opens a written export as its users do: by the sample code in the folder, in the format's own runtime. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AppError } from '../../../shared/contract/errors.ts';
import type { ExportFormat } from '../../../shared/domain/export.ts';
import { mainOutputNode } from '../../../shared/networks/split.ts';
import { centreInput } from '../../imaging/grey.ts';
import type { RgbImage } from '../../imaging/resize.ts';
import { onnxRuntimeVersion, openOnnxSession, plainOnnxRuntime } from '../onnx/runtime.ts';
import { writeOnnx } from '../onnx/writer.ts';
import { openLibrary } from '../tensorflow/door.ts';
import { readSafetensors } from '../weights/safetensors.ts';
import { type ExportSubject, neededWeights } from './subject.ts';
import { inMemory } from './tfjs/load.ts';

export type SamplePicture = { readonly width: number; readonly height: number; readonly data: Uint8Array };
export type Classifier = {
  /** Probabilities in the order of the classes. */
  readonly classify: (picture: SamplePicture) => Promise<readonly number[]>;
  readonly close: () => void | Promise<void>;
};
export type OpenRuntime = { readonly runtime: string; readonly classifier: Classifier };

type Sample = { openClassifier(library: unknown, model: unknown, config: unknown): Promise<Classifier> };

export type RuntimeRequest = {
  readonly format: ExportFormat;
  readonly folder: string; // of the export
  readonly subject: ExportSubject;
  readonly threads: number;
};

/** The caller closes the classifier. Throws what the runtime throws where it cannot read what was written. */
export async function openRuntime(request: RuntimeRequest): Promise<OpenRuntime> {
  if (request.format === 'safetensors') return await openReread(request);
  const { folder, format, threads } = request;
  const config: unknown = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
  const sample = (await import(pathToFileURL(join(folder, 'classify.mjs')).href)) as Sample;
  if (format === 'onnx') {
    const model = join(folder, 'model.onnx');
    const classifier = await sample.openClassifier(plainOnnxRuntime, model, config);
    return { runtime: `ONNX Runtime ${onnxRuntimeVersion} in Node`, classifier };
  }
  const { tf, name } = await openLibrary(threads);
  const classifier = await sample.openClassifier(tf, inMemory(await graphModelFiles(folder)), config);
  return { runtime: name, classifier };
}

/** model.json and the shards that it names, which lie beside it. */
async function graphModelFiles(folder: string): Promise<{ name: string; bytes: Uint8Array }[]> {
  const model = await readFile(join(folder, 'model.json'));
  const { weightsManifest } = JSON.parse(model.toString('utf8')) as { weightsManifest: { paths: string[] }[] };
  const names = weightsManifest.flatMap(({ paths }) => paths);
  const shards = await Promise.all(names.map(async (name) => ({ name, bytes: await readFile(join(folder, name)) })));
  return [{ name: 'model.json', bytes: model }, ...shards];
}

/** The tensors as read back, each bit compared, in the same network. */
async function openReread({ folder, subject, threads }: RuntimeRequest): Promise<OpenRuntime> {
  const { network } = subject;
  const weights = await readSafetensors(join(folder, 'model.safetensors'));
  for (const [name, { values }] of neededWeights(subject)) {
    const read = weights.get(name)?.values;
    const isSame = read !== undefined && Buffer.from(bytesOf(read)).equals(bytesOf(values));
    if (!isSame)
      throw new AppError('WEIGHTS_INVALID', `${folder}: tensor '${name}' is not read as it was. Check the disk.`);
  }
  const outputNode = mainOutputNode(network);
  const wish = { outputNode, preprocessing: 'none', batch: 'dynamic', answer: 'probabilities' } as const;
  const session = await openOnnxSession({ model: writeOnnx(network, weights, wish), threads, provider: 'cpu' });
  const classify = async ({ width, height, data }: SamplePicture): Promise<readonly number[]> => {
    const image: RgbImage = { width, height, pixels: data };
    return [...(await session.run(centreInput(image, network.preprocessing), 1))];
  };
  const runtime = `tensors read back, ONNX Runtime ${onnxRuntimeVersion}`;
  return { runtime, classifier: { classify, close: () => session.close() } };
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
