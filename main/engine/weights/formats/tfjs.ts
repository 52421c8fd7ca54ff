/** Layers models of TensorFlow.js: model.json, and the shards of numbers beside it. */
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { DamagedFile } from '../checked-file.ts';
import { type ByteSource, openByteSource } from './byte-source.ts';
import { canonicalName } from './keras.ts';
import { type Extent, elementsOf, MOST_TENSORS, quoted, type StoredTensor, type TensorFile } from './stored-tensor.ts';

const MOST_JSON_BYTES = 64 * 1024 * 1024;
const MOST_SHARDS = 10_000;

const Weight = z.looseObject({
  name: z.string().min(1).max(1000),
  shape: z.array(z.int().nonnegative()).max(8),
  dtype: z.string().max(20),
  quantization: z.looseObject({ dtype: z.string().max(20) }).optional(),
});
const Model = z.looseObject({
  format: z.string().optional(),
  weightsManifest: z
    .array(
      z.looseObject({
        paths: z.array(z.string().regex(/^[\w.-]{1,200}$/)).max(MOST_SHARDS), // plain names: they cannot leave the folder
        weights: z.array(Weight).max(MOST_TENSORS),
      }),
    )
    .max(1000),
});
type Group = z.infer<typeof Model>['weightsManifest'][number];

const widthOf: Readonly<Record<string, number>> = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 };

export type OpenedTensorFile = TensorFile & { readonly others: readonly ByteSource[] }; // to close, beside the file itself

/** Names as Keras has them, `layer/variable`. The caller closes `others`. Throws DamagedFile, NOT_FOUND for a missing shard. */
export async function readTfjs(source: ByteSource): Promise<OpenedTensorFile> {
  const groups = await readManifest(source);
  const others: ByteSource[] = [];
  try {
    const tensors: StoredTensor[] = [];
    const ignored: string[] = [];
    for (const { paths, weights } of groups) {
      const shards: ByteSource[] = [];
      for (const path of paths) {
        const shard = await openByteSource(join(dirname(source.file), path));
        others.push(shard);
        shards.push(shard);
      }
      placeTensors(weights, shards, { tensors, ignored });
    }
    return { tensors, ignored, others };
  } catch (error) {
    await Promise.all(others.map((shard) => shard.close()));
    throw error;
  }
}

async function readManifest(source: ByteSource): Promise<readonly Group[]> {
  if (source.bytes > MOST_JSON_BYTES) throw new DamagedFile(`its JSON has ${source.bytes} bytes`);
  try {
    return Model.parse(JSON.parse(Buffer.from(await source.read(0, source.bytes)).toString('utf8'))).weightsManifest;
  } catch (error) {
    throw new DamagedFile('it is not the model.json of a TensorFlow.js model', { cause: error });
  }
}

/** The tensors of a group lie one behind the other, across the borders of its shards. */
function placeTensors(
  weights: Group['weights'],
  shards: readonly ByteSource[],
  into: { readonly tensors: StoredTensor[]; readonly ignored: string[] },
): void {
  let at = 0;
  for (const { name, shape, dtype, quantization } of weights) {
    const stored = quantization?.dtype ?? dtype;
    const width = Object.hasOwn(widthOf, stored) ? widthOf[stored] : undefined;
    if (width === undefined) throw new DamagedFile(`${quoted(name)} has the number format ${quoted(stored)}`);
    if (quantization !== undefined && stored !== 'float16')
      throw new DamagedFile(`${quoted(name)} is rounded to ${quoted(stored)}; convert the model without quantization`);
    const bytes = elementsOf(shape) * width;
    const extents = extentsOf(shards, at, bytes);
    const type = stored === 'float16' ? 'F16' : stored === 'float32' ? 'F32' : null;
    if (type === null) into.ignored.push(name);
    else into.tensors.push({ name: canonicalName(name, (layer) => layer), shape, type, extents, strides: null });
    at += bytes;
  }
  const stored = shards.reduce((sum, { bytes }) => sum + bytes, 0);
  if (stored !== at) throw new DamagedFile(`its shards have ${stored} bytes, its tensors need ${at}`);
}

function extentsOf(shards: readonly ByteSource[], start: number, bytes: number): Extent[] {
  const extents: Extent[] = [];
  let [shardStart, left] = [0, bytes];
  for (const source of shards) {
    const from = Math.max(0, start - shardStart);
    const take = Math.min(left, source.bytes - from);
    if (take > 0) {
      extents.push({ source, start: from, bytes: take });
      left -= take;
    }
    shardStart += source.bytes;
  }
  if (left > 0) throw new DamagedFile('its shards end before its tensors do');
  return extents;
}
