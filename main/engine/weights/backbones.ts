import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../shared/contract/errors.ts';
import type { Weights } from '../../../shared/networks/network.ts';
import { listNames } from '../../kernel/folders.ts';
import { systemErrorCode } from '../../kernel/system-error.ts';
import { readVerified } from './verified-file.ts';

const MAX_SPEC_BYTES = 1_000_000;

const BackboneId = z.string().regex(/^[a-z0-9][a-z0-9_]{0,63}$/);
const Triple = z.tuple([z.number(), z.number(), z.number()]);

/** spec.json of a backbone folder; what is only for human readers (measurements, source) is kept but not checked. */
export const BackboneSpec = z.looseObject({
  architecture: BackboneId,
  description: z.string().max(500),
  file: z.string().regex(/^[A-Za-z0-9_-]+\.safetensors$/), // a plain name: it cannot leave the folder
  bytes: z.int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  tensors: z.int().positive(),
  parameters: z.int().positive(),
  feature_dim: z.int().positive(),
  input: z.looseObject({
    size: z.tuple([z.literal(3), z.int().positive(), z.int().positive()]),
    mean: Triple,
    std: Triple,
  }),
  licence: z.looseObject({ spdx: z.string(), copyright: z.string() }),
});
export type BackboneSpec = z.infer<typeof BackboneSpec>;

export type Backbone = { readonly id: string; readonly spec: BackboneSpec; readonly weights: Weights };

/** The backbones below a folder (one subfolder each, named by id), sorted; a folder with a bad spec throws WEIGHTS_INVALID. */
export async function listBackbones(folder: string): Promise<{ readonly id: string; readonly spec: BackboneSpec }[]> {
  const found: { id: string; spec: BackboneSpec }[] = [];
  for (const id of await listNames(folder)) {
    const isFolder = (await stat(join(folder, id))).isDirectory();
    if (isFolder && BackboneId.safeParse(id).success) found.push({ id, spec: await readSpec(folder, id) });
  }
  return found;
}

/** One backbone, its file compared with the SHA-256 of its spec first. Throws NOT_FOUND, WEIGHTS_INVALID. */
export async function loadBackbone(folder: string, id: string): Promise<Backbone> {
  if (!BackboneId.safeParse(id).success)
    throw new AppError(
      'INVALID_INPUT',
      `${JSON.stringify(id.slice(0, 80))} is not a backbone id. Choose one of the list.`,
    );
  const spec = await readSpec(folder, id);
  const file = join(folder, id, spec.file);
  const weights = await readVerified(file, spec.sha256, (found) =>
    damaged(file, `its SHA-256 is ${found}, its spec says ${spec.sha256}: the file was changed or is damaged`),
  ).catch((error: unknown) => {
    throw notFound(file, error);
  });
  if (weights.size !== spec.tensors)
    throw damaged(file, `it has ${weights.size} tensors, its spec says ${spec.tensors}`);
  return { id, spec, weights };
}

async function readSpec(folder: string, id: string): Promise<BackboneSpec> {
  const file = join(folder, id, 'spec.json');
  const { size } = await stat(file).catch((error: unknown) => {
    throw notFound(file, error);
  });
  if (size > MAX_SPEC_BYTES) throw damaged(file, `it has ${size} bytes, a spec has at most ${MAX_SPEC_BYTES}`);
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw damaged(file, 'it is not JSON', error);
  }
  const parsed = BackboneSpec.safeParse(json);
  if (!parsed.success) throw damaged(file, z.prettifyError(parsed.error), parsed.error);
  if (parsed.data.architecture !== id)
    throw damaged(file, `it describes ${parsed.data.architecture}, its folder is ${id}`);
  return parsed.data;
}

function notFound(file: string, error: unknown): unknown {
  if (systemErrorCode(error) !== 'ENOENT' && systemErrorCode(error) !== 'ENOTDIR') return error;
  return new AppError('NOT_FOUND', `${file}: this part of a backbone is missing. Install the backbone again.`, {
    cause: error,
  });
}

function damaged(file: string, why: string, cause?: unknown): AppError {
  return new AppError('WEIGHTS_INVALID', `${file}: ${why}. Install the backbone again.`, { cause });
}
