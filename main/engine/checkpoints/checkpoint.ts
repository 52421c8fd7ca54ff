import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../shared/contract/errors.ts';
import type { Weights } from '../../../shared/networks/network.ts';
import { removeTemporaryFiles, writeFileAtomically } from '../../kernel/atomic-write.ts';
import { canonicalJson, type JsonValue } from '../../kernel/canonical-json.ts';
import { ensureFreeSpace, listNames } from '../../kernel/folders.ts';
import { sha256Hex } from '../../kernel/hashing.ts';
import { systemErrorCode } from '../../kernel/system-error.ts';
import { sha256OfFile } from '../weights/checked-file.ts';
import { readSafetensors, writeSafetensors } from '../weights/safetensors.ts';

const KEPT = 2;
const RESERVE_BYTES = 32 * 1024 * 1024; // left free for database and log
const MAX_MANIFEST_BYTES = 256 * 1024 * 1024;
const NAME = /^checkpoint-(\d{1,9})\.(safetensors|json)$/;

const Manifest = z.strictObject({
  formatVersion: z.literal(1),
  epoch: z.int().nonnegative(),
  tensorsBytes: z.int().positive(),
  tensorsSha256: z.string(),
  state: z.json(),
  manifestSha256: z.string(), // of the canonical JSON of all the above
});
type Manifest = z.infer<typeof Manifest>;

/** All that is needed to go on: tensors (network and optimizer, named by the caller) and everything else as JSON. */
export type Checkpoint = { readonly epoch: number; readonly tensors: Weights; readonly state: JsonValue };
export type RejectedCheckpoint = { readonly epoch: number; readonly reason: string };
export type CheckpointReading = {
  readonly checkpoint: Checkpoint | null; // the newest sound one
  readonly rejected: readonly RejectedCheckpoint[]; // newer ones that could not be used: tell the user
};

/**
 * Writes a checkpoint into the run's folder and then deletes all but it and the one before.
 *
 * Tensors first, manifest last, both atomically. Throws DISK_FULL (the older checkpoints stay, temporary files do not),
 * FILE_PERMISSION, WEIGHTS_INVALID (a value that is not finite). One writer a folder.
 */
export async function writeCheckpoint(
  folder: string,
  checkpoint: Checkpoint,
  options: { readonly reserveBytes?: number } = {},
): Promise<void> {
  const { epoch, tensors, state } = checkpoint;
  await removeTemporaryFiles(folder);
  await ensureSpace(folder, tensors, options.reserveBytes ?? RESERVE_BYTES);
  const tensorsFile = join(folder, `checkpoint-${epoch}.safetensors`);
  const manifestFile = join(folder, `checkpoint-${epoch}.json`);
  await rm(manifestFile, { force: true }); // of an earlier attempt at this epoch: never beside other tensors
  await writeSafetensors(tensorsFile, tensors, {});
  const { size } = await stat(tensorsFile);
  const content = {
    formatVersion: 1,
    epoch,
    tensorsBytes: size,
    tensorsSha256: await sha256OfFile(tensorsFile),
    state,
  } as const;
  const manifest = { ...content, manifestSha256: hashOf(content) };
  await writeFileAtomically(manifestFile, [Buffer.from(JSON.stringify(manifest), 'utf8')]);
  await prune(folder, epoch);
}

/** The newest sound checkpoint of a run's folder, and which newer ones were passed over and why. Changes nothing. */
export async function readLatestCheckpoint(folder: string): Promise<CheckpointReading> {
  const rejected: RejectedCheckpoint[] = [];
  for (const epoch of (await listEpochs(folder)).reverse()) {
    try {
      return { checkpoint: await readCheckpoint(folder, epoch), rejected };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      rejected.push({ epoch, reason: error.message });
    }
  }
  return { checkpoint: null, rejected };
}

/** One checkpoint, both checksums compared. Throws CHECKPOINT_DAMAGED. */
export async function readCheckpoint(folder: string, epoch: number): Promise<Checkpoint> {
  const manifest = await readManifest(join(folder, `checkpoint-${epoch}.json`));
  const file = join(folder, `checkpoint-${epoch}.safetensors`);
  if (manifest.epoch !== epoch) throw damaged(file, `its manifest is that of epoch ${manifest.epoch}`);
  try {
    const { size } = await stat(file);
    if (size !== manifest.tensorsBytes) throw damaged(file, `it has ${size} bytes instead of ${manifest.tensorsBytes}`);
    if ((await sha256OfFile(file)) !== manifest.tensorsSha256) throw damaged(file, 'its checksum does not match');
    return { epoch, tensors: await readSafetensors(file), state: manifest.state };
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') throw damaged(file, 'the file is missing', error);
    throw error;
  }
}

async function readManifest(file: string): Promise<Manifest> {
  let json: unknown;
  try {
    const { size } = await stat(file);
    if (size > MAX_MANIFEST_BYTES) throw damaged(file, `it has ${size} bytes`);
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT')
      throw damaged(file, 'it is missing, so the checkpoint was not completed', error);
    if (error instanceof SyntaxError) throw damaged(file, 'it is not JSON', error);
    throw error;
  }
  return checkManifest(file, json);
}

function checkManifest(file: string, json: unknown): Manifest {
  try {
    const manifest = Manifest.parse(json);
    const { manifestSha256, ...content } = manifest;
    if (hashOf(content) === manifestSha256) return manifest;
  } catch (error) {
    // a ZodError, or a RangeError for JSON nested too deeply to be walked
    throw damaged(file, 'it is not a manifest of this version', error);
  }
  throw damaged(file, 'its checksum does not match');
}

function hashOf(content: JsonValue): string {
  return sha256Hex(canonicalJson(content));
}

/** Epochs of which any file is there, rising. */
async function listEpochs(folder: string): Promise<number[]> {
  const epochs = (await listNames(folder)).flatMap((name) => {
    const digits = NAME.exec(name)?.[1];
    return digits === undefined ? [] : [Number(digits)];
  });
  return [...new Set(epochs)].sort((a, b) => a - b);
}

/** Keeps `newest` and the complete ones before it; later epochs are of a past that was given up. Manifests go first. */
async function prune(folder: string, newest: number): Promise<void> {
  const names = new Set(await listNames(folder));
  const epochs = await listEpochs(folder);
  const complete = epochs.filter((epoch) => epoch <= newest && names.has(`checkpoint-${epoch}.json`));
  const kept = complete.slice(-KEPT);
  for (const epoch of epochs.filter((candidate) => !kept.includes(candidate))) {
    await rm(join(folder, `checkpoint-${epoch}.json`), { force: true });
    await rm(join(folder, `checkpoint-${epoch}.safetensors`), { force: true });
  }
}

async function ensureSpace(folder: string, tensors: Weights, reserveBytes: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const bytes = [...tensors.values()].reduce((sum, { values }) => sum + values.byteLength, 0);
  await ensureFreeSpace(folder, bytes, reserveBytes);
}

function damaged(file: string, why: string, cause?: unknown): AppError {
  return new AppError('CHECKPOINT_DAMAGED', `${file}: ${why}. Resume from the checkpoint before it.`, { cause });
}
