/**
 * Weights that are kept for this person's projects: a folder each, named by content.
 *
 * A folder is written under another name and then renamed, so that it is there as a whole or not at all.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../../shared/contract/errors.ts';
import { KeptWeights, WeightsId } from '../../../../shared/contract/weights.ts';
import type { Shape } from '../../../../shared/networks/network.ts';
import { writeFileAtomically } from '../../../kernel/atomic-write.ts';
import { listNames } from '../../../kernel/folders.ts';
import { systemErrorCode } from '../../../kernel/system-error.ts';

const MAX_SPEC_BYTES = 1_000_000;
const ARRIVING = /^arriving-[0-9a-f-]{36}$/;
const LEFT_OVER_MS = 24 * 3600 * 1000;
const weightsFile = 'model.safetensors';

/** A tensor to keep: its pieces are asked for once, in order. */
export type ArrivingTensor = {
  readonly name: string;
  readonly shape: Shape;
  readonly pieces: () => AsyncIterable<Float32Array> | Iterable<Float32Array>;
};

/** Writes F32 safetensors while hashing it; the same tensors give the same id, whatever file they came from. */
export async function keepWeights(
  folder: string,
  tensors: readonly ArrivingTensor[],
  specOf: (written: Pick<KeptWeights, 'id' | 'bytes' | 'sha256' | 'tensors'>) => KeptWeights,
): Promise<KeptWeights> {
  const arriving = join(folder, `arriving-${randomUUID()}`);
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    const file = join(arriving, weightsFile);
    await writeFileAtomically(
      file,
      observed(safetensorsOf(tensors), (chunk) => {
        hash.update(chunk);
        bytes += chunk.byteLength;
      }),
    );
    const sha256 = hash.digest('hex');
    const id = WeightsId.parse(sha256.slice(0, 16));
    const spec = specOf(
      KeptWeights.pick({ id: true, bytes: true, sha256: true, tensors: true }).parse({
        id,
        bytes,
        sha256,
        tensors: tensors.length,
      }),
    );
    await writeFileAtomically(join(arriving, 'spec.json'), [Buffer.from(`${JSON.stringify(spec, null, 2)}\n`)]);
    await moveIn(folder, arriving, id);
    return spec;
  } finally {
    await rm(arriving, { recursive: true, force: true });
  }
}

/** The same weights again replace what is there, which is the same but for its spec. */
async function moveIn(folder: string, arriving: string, id: string): Promise<void> {
  const place = join(folder, id);
  const old = join(folder, `arriving-${randomUUID()}`);
  try {
    await rename(place, old);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
  }
  await rename(arriving, place);
  await rm(old, { recursive: true, force: true });
}

async function* observed(
  chunks: AsyncIterable<Uint8Array>,
  look: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    look(chunk);
    yield chunk;
  }
}

async function* safetensorsOf(tensors: readonly ArrivingTensor[]): AsyncGenerator<Uint8Array> {
  const header: Record<string, unknown> = {};
  let offset = 0;
  for (const { name, shape } of tensors) {
    const end = offset + shape.reduce((product, extent) => product * extent, 4);
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, end] };
    offset = end;
  }
  const json = Buffer.from(JSON.stringify(header), 'utf8');
  const padding = (8 - (json.byteLength % 8)) % 8; // spaces: the data starts 8-aligned
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.byteLength + padding));
  yield Buffer.concat([length, json, Buffer.alloc(padding, ' ')]);
  for (const { pieces } of tensors)
    for await (const piece of pieces()) yield new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
}

/** What is kept, the newest first; folders that are no weights are passed over. */
export async function listKeptWeights(folder: string): Promise<KeptWeights[]> {
  const found: KeptWeights[] = [];
  for (const id of await listNames(folder)) {
    if (!WeightsId.safeParse(id).success) continue;
    const spec = await readSpec(folder, id).catch(() => null); // damaged: told when it is used
    if (spec !== null) found.push(spec);
  }
  return found.sort((a, b) => (a.importedAt < b.importedAt ? 1 : -1));
}

/** Spec and file of kept weights by id. Throws NOT_FOUND, WEIGHTS_INVALID. */
export async function findKeptWeights(
  folder: string,
  id: string,
): Promise<{ readonly spec: KeptWeights; readonly file: string }> {
  if (!WeightsId.safeParse(id).success) throw notFound(id);
  return { spec: await readSpec(folder, id), file: join(folder, id, weightsFile) };
}

/** Takes kept weights away; the bytes that this freed. Throws NOT_FOUND. */
export async function removeKeptWeights(folder: string, id: string): Promise<number> {
  const { spec } = await findKeptWeights(folder, id);
  await rm(join(folder, id), { recursive: true });
  return spec.bytes;
}

/** Removes what interrupted imports left a day ago or longer. */
export async function removeLeftOver(folder: string, now: Date): Promise<void> {
  for (const name of await listNames(folder)) {
    if (!ARRIVING.test(name)) continue;
    const { mtimeMs } = await stat(join(folder, name)).catch(() => ({ mtimeMs: now.getTime() })); // gone meanwhile
    if (now.getTime() - mtimeMs > LEFT_OVER_MS) await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function readSpec(folder: string, id: string): Promise<KeptWeights> {
  const file = join(folder, id, 'spec.json');
  let text: string;
  try {
    if ((await stat(file)).size > MAX_SPEC_BYTES) throw damaged(file);
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw systemErrorCode(error) === 'ENOENT' ? notFound(id) : error;
  }
  try {
    const spec = KeptWeights.parse(JSON.parse(text));
    if (spec.id === id) return spec;
  } catch (error) {
    throw damaged(file, error);
  }
  throw damaged(file);
}

function notFound(id: string): AppError {
  const shown = JSON.stringify(id.slice(0, 40));
  return new AppError(
    'NOT_FOUND',
    `There are no weights ${shown} here. Settings ('thaw weights list') shows those that are kept.`,
  );
}

function damaged(file: string, cause?: unknown): AppError {
  return new AppError('WEIGHTS_INVALID', `${file}: it does not describe weights. Remove them and import them again.`, {
    cause,
  });
}
