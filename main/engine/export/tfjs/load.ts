/** A graph model for tf.loadGraphModel without a server: from files in memory. */
import type { GraphModelFile } from './writer.ts';

type Manifest = readonly { readonly paths: readonly string[]; readonly weights: readonly object[] }[];

/** What tfjs calls an IOHandler. */
export function inMemory(files: readonly GraphModelFile[]) {
  const bytesOf = (name: string): Uint8Array => {
    const file = files.find((one) => one.name === name);
    if (file === undefined) throw new RangeError(`There is no '${name}' in this graph model.`);
    return file.bytes;
  };
  const model = JSON.parse(Buffer.from(bytesOf('model.json')).toString('utf8')) as {
    readonly modelTopology: object;
    readonly signature: object;
    readonly weightsManifest: Manifest;
  };
  const shards = model.weightsManifest.flatMap(({ paths }) => paths.map(bytesOf));
  const all = Buffer.concat(shards);
  return {
    load: async () => ({
      modelTopology: model.modelTopology,
      signature: model.signature,
      format: 'graph-model',
      weightSpecs: model.weightsManifest.flatMap(({ weights }) => weights) as never[],
      weightData: all.buffer.slice(all.byteOffset, all.byteOffset + all.byteLength) as ArrayBuffer,
    }),
  };
}
