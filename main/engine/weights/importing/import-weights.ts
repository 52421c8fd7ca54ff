/** From a file of weights to weights that are kept: what fits which network, in a report, and the fitting tensors written. */
import { mkdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { AppError } from '../../../../shared/contract/errors.ts';
import {
  type ImportedWeights,
  type KeptWeights,
  mostListed,
  type WeightsReport,
} from '../../../../shared/contract/weights.ts';
import type { Sha256 } from '../../../../shared/domain/ids.ts';
import { seededRandom } from '../../../../shared/math/random.ts';
import type { Network } from '../../../../shared/networks/network.ts';
import { findNetwork, networks } from '../../../../shared/networks/registry.ts';
import { ensureFreeSpace } from '../../../kernel/folders.ts';
import { drawTensors } from '../drawn-weights.ts';
import { asRefusal, type OpenedTensors, openTensors } from '../formats/read-tensors.ts';
import type { StoredTensor } from '../formats/stored-tensor.ts';
import { bestFit, classifierTensors, type Fit, fitNetwork, isUsable } from '../names/fit.ts';
import { convertedPieces } from './converted.ts';
import { hashWholeFile } from './file-hash.ts';
import { type ArrivingTensor, keepWeights, removeLeftOver } from './kept-folder.ts';

const DRAWN_SEED = 20_141_222;
const RESERVE_BYTES = 200_000_000;

export type ImportRequest = {
  readonly file: string;
  readonly network: string | null; // null: the one that fits best
  readonly sha256: string | null; // what the file must have
  readonly source: string; // where it is from, for people
  readonly licence: string | null;
  readonly weightsFolder: string; // is made where it is missing
  readonly now: () => Date;
  readonly onBytes: (done: number, total: number) => void; // of the network's tensors
  readonly breathe: () => void; // throws CANCELLED
};

/**
 * Imports one file. `weights` is null where nothing of the network's body fits, or an own name table does not.
 *
 * Tensors are read from the file one by one, by offset. Throws WEIGHTS_INVALID for a file that is damaged, hostile or of
 * another hash; WEIGHTS_MISMATCH where no network is near; NOT_FOUND, FILE_PERMISSION, DISK_FULL, CANCELLED.
 */
export async function importWeights(request: ImportRequest): Promise<ImportedWeights> {
  const opened = await openTensors(request.file);
  try {
    const fileSha256 = await hashWholeFile(request.file, request.breathe);
    requireHash(request, fileSha256);
    const fit = chooseFit(request, opened);
    const report = reportOf({ opened, fit, fileSha256, request });
    if (!isUsable(fit)) return { weights: null, report };
    return { weights: await keep(request, fit, report), report };
  } catch (error) {
    throw asRefusal(request.file, opened.format, error);
  } finally {
    await opened.close();
  }
}

function requireHash({ file, sha256 }: ImportRequest, found: Sha256): void {
  const expected = sha256 ?? hashInName(basename(file));
  if (expected === undefined || found.startsWith(expected)) return;
  const why = sha256 === null ? 'its name says that it starts with' : 'it should be';
  throw new AppError(
    'WEIGHTS_INVALID',
    `${file}: its SHA-256 is ${found}, and ${why} ${expected}: the file was changed or is damaged. Get it again from its source.`,
  );
}

/** As PyTorch's hub names files, `resnet18-f37072fd.pth`; eight digits without a letter are rather a date. */
function hashInName(name: string): string | undefined {
  const found = /-([0-9a-f]{8})\.(?:pth|pt)$/.exec(name)?.[1];
  return found !== undefined && /[a-f]/.test(found) ? found : undefined;
}

function chooseFit({ file, network }: ImportRequest, { tensors }: OpenedTensors): Fit<StoredTensor> {
  if (network !== null) return fitNetwork(findNetwork(network), tensors);
  const fit = bestFit(
    Object.values(networks).map((make) => make()),
    tensors,
  );
  if (fit !== null) return fit;
  const names = tensors.slice(0, 3).map(({ name, shape }) => `${JSON.stringify(name.slice(0, 60))} [${shape}]`);
  throw new AppError(
    'WEIGHTS_MISMATCH',
    `${file}: its ${tensors.length} tensors (${names.join(', ')}, ...) are of no network that is known here. ` +
      'Name the network to see what is missing, or choose another file.',
  );
}

type Found = {
  readonly opened: OpenedTensors;
  readonly fit: Fit<StoredTensor>;
  readonly fileSha256: Sha256;
  readonly request: ImportRequest;
};

function reportOf({ opened, fit, fileSha256, request }: Found): WeightsReport {
  const { network, names, prefix, matched, classifier } = fit;
  const replaced = new Set(network.heads.flatMap(({ node }) => [`${node}.weight`, `${node}.bias`]));
  const missing = fit.missing.filter(({ name }) => !replaced.has(name));
  const mismatched = fit.mismatched.filter(({ wanted }) => !replaced.has(wanted.name));
  const shown = <T>(list: readonly T[]): T[] => list.slice(0, mostListed);
  return {
    ...{ format: opened.format, fileSha256, fileBytes: opened.fileBytes, network: network.id, names, prefix },
    ...{ matched: matched.length, classifier, missingCount: missing.length, mismatchedCount: mismatched.length },
    missing: shown(missing).map(({ name, shape }) => ({ name, shape: [...shape] })),
    mismatched: shown(mismatched).map(({ wanted, tensor }) => ({
      ...{ name: wanted.name, expected: [...wanted.shape], found: [...tensor.shape] },
    })),
    unexpectedCount: fit.unexpected.length,
    unexpected: shown(fit.unexpected).map(({ name, shape }) => ({ name: name.slice(0, 200), shape: [...shape] })),
    completeThrough: fit.completeThrough,
    notes: notesOf(fit, opened, request),
  };
}

function notesOf(fit: Fit<StoredTensor>, { tensors }: OpenedTensors, request: ImportRequest): string[] {
  const { network, completeThrough, classifier } = fit;
  const notes: string[] = [];
  const last = network.stages.at(-1)!.id;
  if (isUsable(fit) && completeThrough !== last)
    notes.push(
      `Complete up to the stage '${completeThrough}'; what comes behind starts from random numbers and has to be trained: freeze no further.`,
    );
  if (classifier === 'dropped')
    notes.push('The classifier of the file does not fit or is not there; training makes its own.');
  const missingBranches = fit.missing.some(({ name }) => /^aux/i.test(name));
  if (missingBranches) notes.push('The side branches are not in the file; they start from random numbers.');
  const better =
    request.network === null || fit.unexpected.length === 0
      ? null
      : bestFit(
          Object.values(networks).map((make) => make()),
          tensors,
        );
  if (better !== null && better.network.id !== network.id && better.unexpected.length < fit.unexpected.length)
    notes.push(`The file is rather of ${better.network.id}: ${better.matched.length} of its tensors fit that.`);
  return notes;
}

/** The tensors in the network's order: those of the file, and drawn ones where it has none, but for the classifiers. */
async function keep(request: ImportRequest, fit: Fit<StoredTensor>, report: WeightsReport): Promise<KeptWeights> {
  const { weightsFolder, now, onBytes, breathe, source, licence } = request;
  const tensors = arrivingTensors(fit);
  const total = tensors.reduce((sum, { shape }) => sum + shape.reduce((product, extent) => product * extent, 4), 0);
  await mkdir(weightsFolder, { recursive: true });
  await ensureFreeSpace(weightsFolder, total, RESERVE_BYTES);
  await removeLeftOver(weightsFolder, now());
  let done = 0;
  const watched = tensors.map((tensor) => ({ ...tensor, pieces: () => watch(tensor) }));
  async function* watch({ pieces }: ArrivingTensor): AsyncGenerator<Float32Array> {
    for await (const piece of pieces()) {
      breathe();
      yield piece;
      done += piece.byteLength;
      onBytes(done, total);
    }
  }
  const network = fit.network.id;
  return keepWeights(weightsFolder, watched, (written) => ({
    ...written,
    ...{ network, backbone: `${network}@${written.id}`, file: 'model.safetensors', source, licence, report },
    importedAt: now().toISOString(),
  }));
}

function arrivingTensors({ network, matched }: Fit<StoredTensor>): ArrivingTensor[] {
  const byName = new Map(matched.map((match) => [match.wanted.name, match]));
  const classifiers = new Set(mainAndSideClassifiers(network));
  return drawTensors(network, seededRandom(DRAWN_SEED)).flatMap(({ name, shape, draw }): ArrivingTensor[] => {
    const match = byName.get(name);
    if (match !== undefined) return [{ name, shape, pieces: () => convertedPieces(match.wanted, match.tensor) }];
    return classifiers.has(name) ? [] : [{ name, shape, pieces: () => [draw()] }];
  });
}

function mainAndSideClassifiers(network: Network): readonly string[] {
  return network.heads.flatMap((head) => classifierTensors({ ...network, heads: [head] }));
}
