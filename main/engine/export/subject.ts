/** What is exported: one classifier with all that its users need to know. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isFromScratch, parseBackbone } from '../../../shared/domain/backbone-ref.ts';
import type { RunId } from '../../../shared/domain/ids.ts';
import type { Network, NetworkNode, Weights } from '../../../shared/networks/network.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { inferenceNodes, mainOutputNode } from '../../../shared/networks/split.ts';
import { weightsFolder } from '../../kernel/weights-folder.ts';
import { listBackbones } from '../weights/backbones.ts';
import { findKeptWeights } from '../weights/importing/kept-folder.ts';

export type ExportSubject = {
  readonly runId: RunId;
  readonly title: string; // the run's name
  readonly network: Network; // whole, with as many outputs as classes
  readonly weights: Weights; // all of it, the trained part over the backbone
  readonly classes: readonly string[];
  readonly licence: WeightsLicence;
};

/** Of the pretrained weights; what the person trained on top is theirs. */
export type WeightsLicence = {
  readonly backbone: string;
  readonly spdx: string | null; // null: not told
  readonly copyright: string | null;
  readonly source: string | null;
  readonly text: string | null; // the licence itself, where it lies beside the weights
};

/** Throws NOT_FOUND where the backbone is not there any more. What learnt from scratch stands on nobody's weights. */
export async function findLicence(backbonesFolder: string, backbone: string): Promise<WeightsLicence> {
  if (isFromScratch(backbone)) return { backbone, spdx: null, copyright: null, source: null, text: null };
  const { network, weights: id } = parseBackbone(backbone);
  if (id !== null) {
    const { spec } = await findKeptWeights(weightsFolder(process.env, process.platform), id);
    return { backbone, spdx: spec.licence, copyright: null, source: spec.source, text: null };
  }
  const found = (await listBackbones(backbonesFolder)).find((one) => one.id === network);
  const published = findNetwork(network).published?.weights ?? null;
  const { spdx, copyright } = found?.spec.licence ?? { spdx: published?.licence ?? null, copyright: null };
  const text = await readFile(join(backbonesFolder, network, 'LICENSE'), 'utf8').catch(() => null);
  return { backbone, spdx, copyright, source: published?.source ?? null, text };
}

/** The tensors that the main classifier needs, of those that are there; auxiliary heads and old classifiers go. */
export function neededWeights({ network, weights }: Pick<ExportSubject, 'network' | 'weights'>): Weights {
  const names = new Set(inferenceNodes(network, mainOutputNode(network)).flatMap(tensorNames));
  return new Map([...weights].filter(([name]) => names.has(name)));
}

function tensorNames(node: NetworkNode): readonly (string | null)[] {
  if (node.kind === 'conv' || node.kind === 'dense') return [node.weight, node.bias];
  return node.kind === 'batchNorm' ? [node.weight, node.bias, node.runningMean, node.runningVariance] : [];
}
