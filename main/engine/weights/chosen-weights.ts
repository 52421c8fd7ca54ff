/** The weights of a backbone as it is named: those that come with the app, or imported ones (`network@id`). */
import { AppError } from '../../../shared/contract/errors.ts';
import { isFromScratch, parseBackbone } from '../../../shared/domain/backbone-ref.ts';
import type { Weights } from '../../../shared/networks/network.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { weightsFolder } from '../../kernel/weights-folder.ts';
import { loadBackbone } from './backbones.ts';
import { initialWeights, SCRATCH_SHA256 } from './from-scratch.ts';
import { findKeptWeights } from './importing/kept-folder.ts';
import { readVerified } from './verified-file.ts';

export type ChosenWeights = {
  readonly weights: Weights; // the classifier included where the file had a fitting one
  readonly sha256: string;
  readonly completeThrough: string | null; // stage behind which they are random numbers; null: nothing is
};

/** Compared with their SHA-256 first. Throws NOT_FOUND, INVALID_INPUT for weights of another network, WEIGHTS_INVALID. */
export async function loadChosenWeights(
  backbonesFolder: string,
  backbone: string,
  keptFolder: string = weightsFolder(process.env, process.platform),
): Promise<ChosenWeights> {
  if (isFromScratch(backbone)) return chooseFromScratch(backbone, 0);
  const { network, weights: id } = parseBackbone(backbone);
  if (id === null) {
    const { spec, weights } = await loadBackbone(backbonesFolder, network);
    return { weights, sha256: spec.sha256, completeThrough: null };
  }
  const { spec, file } = await findKeptWeights(keptFolder, id);
  if (spec.network !== network)
    throw new AppError('INVALID_INPUT', `The weights ${id} are of ${spec.network}, not of ${network}. Choose others.`);
  const weights = await readVerified(file, spec.sha256, (found) => {
    const text = `${file}: its SHA-256 is ${found}, its spec says ${spec.sha256}: the file was changed or is damaged.`;
    return new AppError('WEIGHTS_INVALID', `${text} Remove these weights and import them again.`);
  });
  return { weights, sha256: spec.sha256, completeThrough: spec.report.completeThrough };
}

/** Those of `network@scratch` that a run with this seed starts with. */
export function chooseFromScratch(backbone: string, seed: number): ChosenWeights {
  const network = findNetwork(backbone);
  const weights = initialWeights(network, seed);
  return { weights, sha256: SCRATCH_SHA256, completeThrough: network.stages[0]!.id };
}
