/** Weights of Keras as `layer/variable`: .h5 of whole models and of weights, .weights.h5, and .keras archives. */
import { z } from 'zod';
import { DamagedFile } from '../checked-file.ts';
import type { ByteSource } from './byte-source.ts';
import { readHdf5 } from './hdf5.ts';
import type { StoredTensor, TensorFile } from './stored-tensor.ts';
import type { ZipEntries } from './zip-entries.ts';

const MOST_CONFIG_BYTES = 32 * 1024 * 1024;
const PIECE_BYTES = 1024 * 1024;
const LAMBDA = /"class_name": {0,4}"Lambda"/;
const LAMBDA_BYTES = 32; // at least as long as the longest match

const Config = z.looseObject({
  config: z.looseObject({
    layers: z
      .array(z.looseObject({ class_name: z.string().max(200), config: z.looseObject({ name: z.string().max(200) }) }))
      .max(10_000),
  }),
});
type Layer = z.infer<typeof Config>['config']['layers'][number];

/** Variables by number, as .keras and .weights.h5 have them, of the classes that networks of photos are made of. */
const variables: Readonly<Record<string, readonly string[]>> = {
  conv2d: ['kernel', 'bias'],
  depthwise_conv2d: ['kernel', 'bias'],
  dense: ['kernel', 'bias'],
  batch_normalization: ['gamma', 'beta', 'moving_mean', 'moving_variance'],
};

/** An HDF5 file of any Keras; names without a config stay as `layers/conv2d_3/kernel`. Throws DamagedFile. */
export async function readKerasHdf5(source: ByteSource): Promise<TensorFile> {
  await requireNoCode(source);
  return renamed(await readHdf5(source), (layer) => layer);
}

/** A .keras archive: config.json gives the layers' own names. Throws DamagedFile. */
export async function readKerasZip(entries: ZipEntries): Promise<TensorFile> {
  const [weights, config] = [await entries.part('model.weights.h5'), await entries.part('config.json')];
  const names = ownNames(await readConfig(config));
  return renamed(await readHdf5(weights), (layer) => names.get(layer) ?? layer);
}

/**
 * Refuses a model with a Lambda layer: that is code of its own, which is not run here, and what its weights are worth without it
 * nobody can tell. Looked for as text, since HDF5 keeps the config in one of four places, by its length and by who wrote it.
 */
async function requireNoCode(source: ByteSource): Promise<void> {
  for (let start = 0; start < source.bytes; start += PIECE_BYTES) {
    const length = Math.min(PIECE_BYTES + LAMBDA_BYTES, source.bytes - start); // one may lie across the border
    if (LAMBDA.test(Buffer.from((await source.read(start, length)).buffer).toString('latin1')))
      throw new DamagedFile(
        'a layer of its model is a Lambda: code of its own, which is not run here. Save the model without that layer',
      );
  }
}

async function readConfig(part: ByteSource): Promise<readonly Layer[]> {
  if (part.bytes > MOST_CONFIG_BYTES) throw new DamagedFile(`its config.json has ${part.bytes} bytes`);
  await requireNoCode(part);
  try {
    return Config.parse(JSON.parse(Buffer.from(await part.read(0, part.bytes)).toString('utf8'))).config.layers;
  } catch (error) {
    throw new DamagedFile('its config.json does not describe layers', { cause: error });
  }
}

/** Keras numbers the layers of each class: `conv2d`, `conv2d_1`, ... */
function ownNames(layers: readonly Layer[]): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  return new Map(
    layers.map(({ class_name: className, config }) => {
      const kind = snakeCase(className);
      const count = counts.get(kind) ?? 0;
      counts.set(kind, count + 1);
      return [count === 0 ? kind : `${kind}_${count}`, config.name] as const;
    }),
  );
}

/** BatchNormalization -> batch_normalization, Conv2D -> conv2d, DepthwiseConv2D -> depthwise_conv2d; as Keras does it. */
function snakeCase(className: string): string {
  return className
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

function renamed(file: TensorFile, ownName: (layer: string) => string): TensorFile {
  const rename = (tensor: StoredTensor): StoredTensor => ({ ...tensor, name: canonicalName(tensor.name, ownName) });
  return { tensors: file.tensors.map(rename), ignored: file.ignored };
}

/**
 * `layer/variable` of a path: `layers/conv2d/vars/0`, `model_weights/a/a/kernel:0`, `a/a_W_1:0` of Keras 1, ...
 * What has no such form keeps its path.
 */
export function canonicalName(path: string, ownName: (layer: string) => string): string {
  const numbered = /(?:^|\/)([^/]+)\/vars\/(\d+)$/.exec(path);
  if (numbered !== null) {
    const [, layer = '', index = ''] = numbered;
    const variable = variables[layer.replace(/_\d+$/, '')]?.[Number(index)] ?? index;
    return `${ownName(layer)}/${variable}`;
  }
  const first = /(?:^|\/)([^/]+)_(W|b)_1(?::0)?$/.exec(path);
  if (first !== null) return `${first[1]}/${first[2] === 'W' ? 'kernel' : 'bias'}`;
  const parts = path.replace(/:0$/, '').split('/');
  const variable = parts.at(-1) === 'depthwise_kernel' ? 'kernel' : parts.at(-1); // as Keras 2 called it
  return parts.length < 2 ? path : `${parts.at(-2)}/${variable}`;
}
