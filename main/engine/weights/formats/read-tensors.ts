/** The door to weights in any format that is known: by content, never by the file's name. */
import { AppError } from '../../../../shared/contract/errors.ts';
import type { WeightsFormat } from '../../../../shared/contract/weights.ts';
import { DamagedFile } from '../checked-file.ts';
import { type ByteSource, budgeted, openByteSource } from './byte-source.ts';
import { hdf5Signature } from './hdf5.ts';
import { readKerasHdf5, readKerasZip } from './keras.ts';
import { readOnnx } from './onnx.ts';
import { readSafetensorsTable } from './safetensors-table.ts';
import type { TensorFile } from './stored-tensor.ts';
import { readTfjs } from './tfjs.ts';
import { readTorchLegacy, readTorchZip } from './torch.ts';
import { listZipEntries } from './zip-entries.ts';

const MOST_READ_TWICE_BYTES = 16 * 1024 * 1024; // pages of small files are read more than once

export type OpenedTensors = TensorFile & {
  readonly format: WeightsFormat;
  readonly fileBytes: number; // of the file itself, without those beside it
  readonly close: () => Promise<void>;
};

const formatTitles: Readonly<Record<WeightsFormat, string>> = {
  safetensors: 'safetensors',
  torch: 'PyTorch',
  'keras-h5': 'Keras HDF5',
  keras: 'Keras',
  tfjs: 'TensorFlow.js',
  onnx: 'ONNX',
};

/**
 * What tensors a file holds, none of them read yet. The caller closes it when all that it needs is read.
 *
 * Throws WEIGHTS_INVALID with the format and the reason, NOT_FOUND, FILE_PERMISSION.
 */
export async function openTensors(file: string): Promise<OpenedTensors> {
  let format: WeightsFormat | null = null;
  try {
    const source = await openByteSource(file);
    try {
      format = await formatOf(source);
      const tables = budgeted(source, MOST_READ_TWICE_BYTES + 4 * source.bytes);
      const { others = [], tensors, ignored } = await readers[format](tables.source);
      tables.lift();
      requireNamesOnce(tensors.map(({ name }) => name));
      const close = async (): Promise<void> => {
        await Promise.all([source, ...others].map((each) => each.close()));
      };
      return { tensors, ignored, format, fileBytes: source.bytes, close };
    } catch (error) {
      await source.close();
      throw error;
    }
  } catch (error) {
    throw asRefusal(file, format, error);
  }
}

/** A DamagedFile as WEIGHTS_INVALID; other errors as they are. */
export function asRefusal(file: string, format: WeightsFormat | null, error: unknown): unknown {
  if (!(error instanceof DamagedFile)) return error;
  const title = format === null ? 'weights' : formatTitles[format];
  const advice = 'Get the file again from its source, or export it anew.';
  return new AppError('WEIGHTS_INVALID', `${file}: not a usable ${title} file: ${error.message}. ${advice}`, {
    cause: error,
  });
}

type Read = (source: ByteSource) => Promise<TensorFile & { readonly others?: readonly ByteSource[] }>;

const readers: Readonly<Record<WeightsFormat, Read>> = {
  safetensors: readSafetensorsTable,
  torch: async (source) =>
    (await startsWith(source, 'PK\x03\x04')) ? readTorchZip(await listZipEntries(source)) : readTorchLegacy(source),
  'keras-h5': readKerasHdf5,
  keras: async (source) => readKerasZip(await listZipEntries(source)),
  tfjs: readTfjs,
  onnx: readOnnx,
};

async function formatOf(source: ByteSource): Promise<WeightsFormat> {
  if (source.bytes < 16) throw new DamagedFile(`it has ${source.bytes} bytes`);
  if (await startsWith(source, 'PK\x03\x04')) {
    const { names } = await listZipEntries(source);
    return names.includes('model.weights.h5') ? 'keras' : 'torch';
  }
  if (await startsWith(source, hdf5Signature.toString('latin1'))) return 'keras-h5';
  const head = Buffer.from((await source.read(0, 16)).buffer);
  if (head.readBigUInt64LE(0) < 1n << 40n && head[8] === 0x7b) return 'safetensors'; // a length, then '{'
  if (head[0] === 0x80 && head[1]! <= 5) return 'torch';
  if (/^\s*\{/.test(head.toString('latin1'))) return 'tfjs';
  if (head[0] === 0x08) return 'onnx'; // the version of the format, the first field by custom
  if (/shard\d+of\d+(\.bin)?$/.test(source.file))
    throw new DamagedFile("it is one part of a TensorFlow.js model: choose the model's .json file beside it");
  throw new DamagedFile(`it is none of these: ${Object.values(formatTitles).join(', ')}`);
}

async function startsWith(source: ByteSource, text: string): Promise<boolean> {
  return Buffer.from(await source.read(0, text.length)).toString('latin1') === text;
}

function requireNamesOnce(names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw new DamagedFile(`it has two tensors ${JSON.stringify(name.slice(0, 80))}`);
    seen.add(name);
  }
}
